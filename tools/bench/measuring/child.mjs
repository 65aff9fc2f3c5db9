// One measurement, in a process of its own: gets { scenario, part, contender, place } as JSON and prints the result.
import { caseOf } from '../scenarios.mjs';
import { loadContender } from '../contenders.mjs';

const { scenario, part, contender: file, place } = JSON.parse(process.argv[2]);
const { needs, measure } = await caseOf(scenario, part);
const contender = await loadContender(file);
const start = performance.now();
const library = await contender.load?.(place);
const loading = performance.now() - start;
const result = await measure((more) => contender[needs]({ ...place, ...more }, library), { ...place, loading });
// Connections that are kept alive would keep the process.
process.stdout.write(JSON.stringify(result), () => process.exit());
