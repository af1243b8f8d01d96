// When each alert fires and when it does not: both sides, as close to its bound as the case allows. A case is a healthy
// installation with some series changed, and names the alerts that then fire, all of them.

import { processCases } from './processes.mjs';
import { recordsCases } from './records.mjs';
import { scoringCases } from './scoring.mjs';
import { sloCases } from './slo.mjs';
import { wellCases } from './well.mjs';

export const cases = [...wellCases, ...sloCases, ...processCases, ...scoringCases, ...recordsCases];
