// How long the import of one module takes, in ms.
const start = performance.now();
await import(process.argv[2]);
const took = performance.now() - start;
console.log(took);
