# One function for each kind of target. Every source is listed by name; every test file has to be registered.

# Warnings and sanitizers of our own code. Linked PRIVATE, so they reach nobody else's.
add_library(ladder_own_code INTERFACE)
target_compile_options(ladder_own_code INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor
                                                 -Woverloaded-virtual -Wimplicit-fallthrough -Werror)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # For ccache, which has to see through precompiled headers.
  target_compile_options(ladder_own_code INTERFACE -fpch-preprocess)
  # GCC 12 takes some well-formed code of its own library for an overflow or a use of the uninitialised at -O2 and -O3.
  target_compile_options(ladder_own_code INTERFACE -Wno-restrict -Wno-maybe-uninitialized -Wno-stringop-overflow
                                                   -Wno-array-bounds)
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  # The annotations of libs/chassis/mutex.h are checked by clang alone. Without -fno-pch-timestamp ccache takes nothing
  # that another build folder compiled.
  target_compile_options(ladder_own_code INTERFACE -Wthread-safety "SHELL:-Xclang -fno-pch-timestamp")
endif()
if(LADDER_SANITIZER)
  target_compile_options(ladder_own_code INTERFACE -fsanitize=${LADDER_SANITIZER} -fno-sanitize-recover=all
                                                   -fno-omit-frame-pointer)
  target_link_options(ladder_own_code INTERFACE -fsanitize=${LADDER_SANITIZER})
endif()
if(LADDER_SANITIZER STREQUAL "thread")
  # Where __SANITIZE_THREAD__ is set, Protobuf's map fields have two members more, and then do not fit Debian's library,
  # which was built without it. The C++ library still has to know.
  target_compile_options(ladder_own_code INTERFACE -U__SANITIZE_THREAD__ -D_GLIBCXX_TSAN=1)
  set(LADDER_TEST_ENVIRONMENT ENVIRONMENT "TSAN_OPTIONS=suppressions=${PROJECT_SOURCE_DIR}/tests/tsan.supp")
endif()
if(LADDER_COVERAGE)
  target_compile_options(ladder_own_code INTERFACE --coverage)
  target_link_options(ladder_own_code INTERFACE --coverage)
endif()

# Headers of others that most of our files include, compiled once: a file then takes a third of the time. What a file
# uses it still includes itself; clang-tidy sees it without this.
file(CONFIGURE OUTPUT ${PROJECT_BINARY_DIR}/precompiled.cc CONTENT "// Only here to have something to compile.\n")
add_library(ladder_precompiled STATIC ${PROJECT_BINARY_DIR}/precompiled.cc)
target_link_libraries(
  ladder_precompiled PRIVATE ladder_own_code protobuf::libprotobuf Boost::headers absl::flat_hash_map absl::statusor
                             absl::strings absl::time)
target_precompile_headers(
  ladder_precompiled
  PRIVATE
  <algorithm>
  <functional>
  <map>
  <memory>
  <optional>
  <string>
  <utility>
  <variant>
  <vector>
  <absl/container/flat_hash_map.h>
  <absl/status/statusor.h>
  <absl/strings/str_cat.h>
  <absl/strings/str_join.h>
  <absl/time/time.h>
  <boost/multiprecision/cpp_int.hpp>
  <google/protobuf/map_field.h>
  <google/protobuf/message.h>
  <google/protobuf/repeated_field.h>)
add_library(ladder_precompiled_for_tests STATIC ${PROJECT_BINARY_DIR}/precompiled.cc)
get_target_property(ladder_common_headers ladder_precompiled PRECOMPILE_HEADERS)
target_link_libraries(
  ladder_precompiled_for_tests
  PRIVATE ladder_own_code protobuf::libprotobuf Boost::headers absl::flat_hash_map absl::statusor absl::strings
          absl::time GTest::gmock)
target_precompile_headers(ladder_precompiled_for_tests PRIVATE ${ladder_common_headers} <gmock/gmock.h> <gtest/gtest.h>)

# A precompiled header serves only who defines the same, so what some library asks for is defined everywhere: by
# Boost::headers, libuv and gRPC.
target_compile_definitions(ladder_own_code INTERFACE BOOST_ALL_NO_LIB _FILE_OFFSET_BITS=64)
target_compile_options(ladder_own_code INTERFACE -pthread)

function(ladder_set_up_target name precompiled)
  target_include_directories(${name} PUBLIC ${PROJECT_SOURCE_DIR})
  target_precompile_headers(${name} REUSE_FROM ${precompiled})
endfunction()

# Runs protoc over the files after `kind` and lists what it made in `out`. `kind` is .pb or .grpc.pb. The contracts in
# proto/ can be imported from anywhere.
function(ladder_generate out kind)
  set(sources)
  if(kind STREQUAL ".grpc.pb")
    set(flags --grpc_out=${CMAKE_CURRENT_BINARY_DIR} --plugin=protoc-gen-grpc=${LADDER_GRPC_PLUGIN})
  else()
    set(flags --cpp_out=${CMAKE_CURRENT_BINARY_DIR})
  endif()
  foreach(proto IN LISTS ARGN)
    string(REGEX REPLACE "\\.proto$" "" stem ${proto})
    set(outputs ${CMAKE_CURRENT_BINARY_DIR}/${stem}${kind}.cc ${CMAKE_CURRENT_BINARY_DIR}/${stem}${kind}.h)
    add_custom_command(
      OUTPUT ${outputs}
      COMMAND ${LADDER_PROTOC} --proto_path=${CMAKE_CURRENT_SOURCE_DIR} --proto_path=${PROJECT_SOURCE_DIR}/proto
              ${flags} ${proto}
      WORKING_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR}
      DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${proto}
      VERBATIM)
    list(APPEND sources ${outputs})
  endforeach()
  set(${out} ${sources} PARENT_SCOPE)
endfunction()

# ladder_proto(<name> PROTOS <file>... [DEPS <target>...]): messages, in a target of their own.
function(ladder_proto name)
  cmake_parse_arguments(ARG "" "" "PROTOS;DEPS" ${ARGN})
  ladder_generate(sources .pb ${ARG_PROTOS})
  add_library(${name} STATIC ${sources})
  target_include_directories(${name} SYSTEM PUBLIC ${CMAKE_CURRENT_BINARY_DIR})
  target_link_libraries(${name} PUBLIC protobuf::libprotobuf Threads::Threads ${ARG_DEPS})
endfunction()

# ladder_grpc(<name> PROTOS <file>... DEPS <target>...): the services of protos whose messages are among DEPS.
function(ladder_grpc name)
  cmake_parse_arguments(ARG "" "" "PROTOS;DEPS" ${ARGN})
  ladder_generate(sources .grpc.pb ${ARG_PROTOS})
  add_library(${name} STATIC ${sources})
  target_link_libraries(${name} PUBLIC ladder_grpc ${ARG_DEPS})
endfunction()

# ladder_library(<name> SOURCES <file>... [DEPS <target>...])
function(ladder_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS" ${ARGN})
  add_library(${name} STATIC ${ARG_SOURCES})
  ladder_set_up_target(${name} ladder_precompiled)
  target_link_libraries(${name} PRIVATE ladder_own_code PUBLIC ${ARG_DEPS})
endfunction()

# ladder_executable(<name> SOURCES <file>... [DEPS <target>...]): lands in <build>/bin.
function(ladder_executable name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  ladder_set_up_target(${name} ladder_precompiled)
  target_link_libraries(${name} PRIVATE ladder_own_code ${ARG_DEPS})
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/bin)
endfunction()

# ladder_test(<name> SOURCES <file>... [DEPS <target>...] [LABELS <label>...] [TIMEOUT <seconds>] [AT_ONCE])
# A GoogleTest program whose cases ctest runs one by one; AT_ONCE: in one run, for cases that share a server which takes
# longer to start than most of them take. Label "long" keeps it out of the everyday suite.
function(ladder_test name)
  cmake_parse_arguments(ARG "AT_ONCE" "TIMEOUT" "SOURCES;DEPS;LABELS" ${ARGN})
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 60)
  endif()
  # An empty list would swallow the property after it.
  if(NOT ARG_LABELS)
    set(ARG_LABELS unit)
  endif()
  add_executable(${name} ${ARG_SOURCES})
  ladder_set_up_target(${name} ladder_precompiled_for_tests)
  target_link_libraries(${name} PRIVATE ladder_own_code ${ARG_DEPS} GTest::gmock GTest::gtest GTest::gtest_main)
  set(properties LABELS "${ARG_LABELS}" TIMEOUT ${ARG_TIMEOUT} ${LADDER_TEST_ENVIRONMENT})
  if(ARG_AT_ONCE)
    add_test(NAME ${name} COMMAND ${name} WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
    set_tests_properties(${name} PROPERTIES ${properties})
  else()
    gtest_discover_tests(
      ${name}
      TEST_PREFIX ${name}.
      DISCOVERY_MODE PRE_TEST
      WORKING_DIRECTORY ${PROJECT_SOURCE_DIR}
      PROPERTIES ${properties})
  endif()
  foreach(source IN LISTS ARG_SOURCES)
    cmake_path(ABSOLUTE_PATH source BASE_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR} NORMALIZE)
    set_property(GLOBAL APPEND PROPERTY LADDER_TEST_SOURCES ${source})
  endforeach()
endfunction()

# Fails the configuration where a test file exists that no ladder_test names. Only the full build can tell.
function(ladder_check_tests_are_registered)
  if(NOT LADDER_WITH_GRPC)
    return()
  endif()
  get_property(registered GLOBAL PROPERTY LADDER_TEST_SOURCES)
  file(GLOB_RECURSE found CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/tests/*_test.cc)
  foreach(test IN LISTS found)
    if(NOT test IN_LIST registered)
      message(SEND_ERROR "${test} is in no CMakeLists.txt: name it in a ladder_test")
    endif()
  endforeach()
endfunction()

include(GoogleTest)
