// Objects as typed TypeScript literals, looked at by the TypeScript compiler: what a validator of JSON schemas lets
// pass, a field that the type does not have, is an error there.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { require, root, titleOf } from './manifests.mjs';

const ts = require('typescript');
const modules = join(root, 'tests', 'node', 'node_modules');

const kPackages = {
  'keda.sh': '@kubernetes-models/keda',
  'monitoring.coreos.com': '@kubernetes-models/prometheus-operator',
  'gateway.networking.k8s.io': '@kubernetes-models/gateway-api',
};
// CloudNativePG's, which are cdk8s's and have to be read differently.
const kCloudNativePg = ['postgresql.cnpg.io', 'barmancloud.cnpg.io'];

export const isCloudNativePg = ({ apiVersion }) => kCloudNativePg.includes(apiVersion.split('/')[0]);

// The module with an object's type.
function moduleOf({ apiVersion, kind }) {
  const [group, version] = apiVersion.includes('/') ? apiVersion.split('/') : ['', apiVersion];
  const name = kPackages[group] ?? 'kubernetes-models';
  const folder = existsSync(join(modules, name, group, version)) ? group : group.split('.')[0];
  return `${name}/${[folder, version, kind].filter(Boolean).join('/')}`;
}

// The file with an object's validator.
export const validatorOf = (object) => join(modules, `${moduleOf(object)}.js`);

// cdk8s spells some fields differently from Kubernetes (isWalArchiver), and takes enumerations and quantities as objects
// of its own. Each field's comment has the real name; the rest becomes what JSON has.
function asInJson(declarations) {
  return (
    declarations
      .replace(
        /@schema \w+#(\w+)\s*\*\/\s*readonly \w+(\??):/g,
        (_, name, optional) => `*/ readonly ${name}${optional}:`,
      )
      .replace(
        /export declare enum (\w+) \{([^}]*)\}/g,
        (_, name, body) =>
          `export type ${name} = ${[...body.matchAll(/= ("[^"]*")/g)].map(([, value]) => value).join(' | ')};`,
      )
      .replace(
        /export declare class (\w+) \{\s*readonly value: ([^;]*);[^}]*\}/g,
        (_, name, type) => `export type ${name} = ${type};`,
      )
      .replace(/export declare class \w+ extends ApiObject \{[^]*?\n\}/g, '')
      .replace(/^import .*$/gm, '') + kMetadata
  );
}

const kMetadata = `
interface ApiObjectMetadata {
  readonly name: string;
  readonly namespace?: string;
  readonly labels?: Record<string, string>;
  readonly annotations?: Record<string, string>;
}`;

// The Barman Cloud plugin publishes no types; its store is what Cluster had as spec.backup.barmanObjectStore.
const kObjectStore = `
export interface ObjectStoreProps {
  readonly metadata: ApiObjectMetadata;
  readonly spec: { readonly configuration: ClusterSpecBackupBarmanObjectStore; readonly retentionPolicy?: string };
}`;

function cloudNativePgTypes() {
  const file = join(modules, '@cdk8s-kit', 'crds', 'dist', 'postgresql.cnpg.io.d.ts');
  return asInJson(readFileSync(file, 'utf8')) + kObjectStore;
}

// One object as a module. CloudNativePG's types have no apiVersion and kind.
function literal(object) {
  if (isCloudNativePg(object)) {
    const { apiVersion, kind, ...rest } = object;
    return (
      `import {${kind}Props} from './cnpg';\n` +
      `export const object: ${kind}Props = ${JSON.stringify(rest, null, 1)};\n`
    );
  }
  return (
    `import {I${object.kind}} from '${moduleOf(object)}';\n` +
    `export const object: I${object.kind} = ${JSON.stringify(object, null, 1)};\n`
  );
}

// What the compiler says of each of these objects: a list of lists of messages. Nothing is written to the disk.
export function compile(objects) {
  const folder = join(root, 'tests', 'node', 'deploy-literals');
  const files = new Map([[join(folder, 'cnpg.d.ts'), cloudNativePgTypes()]]);
  const names = objects.map((object, index) => join(folder, `${index}-${titleOf(object).replace(/\W/g, '-')}.ts`));
  names.forEach((name, index) => files.set(name, literal(objects[index])));
  const options = {
    noEmit: true,
    strict: true,
    skipLibCheck: false,
    types: [],
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
  };
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile, getSourceFile, directoryExists } = host;
  host.fileExists = (name) => files.has(name) || fileExists.call(host, name);
  host.directoryExists = (name) => name === folder || directoryExists.call(host, name);
  host.readFile = (name) => files.get(name) ?? readFile.call(host, name);
  host.getSourceFile = (name, version, ...rest) =>
    files.has(name)
      ? ts.createSourceFile(name, files.get(name), version)
      : getSourceFile.call(host, name, version, ...rest);
  const program = ts.createProgram([...files.keys()], options, host);
  const global = [
    ...program.getGlobalDiagnostics(),
    ...program.getSyntacticDiagnostics(program.getSourceFile(join(folder, 'cnpg.d.ts'))),
  ];
  if (global.length > 0) throw new Error(ts.formatDiagnostics(global, host));
  return names.map((name) => {
    const source = program.getSourceFile(name);
    return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)].map(
      ({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '),
    );
  });
}
