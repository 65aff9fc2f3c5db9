import { report } from './scenario.cjs';

await report(process.argv.slice(2), (name) => import(name));
