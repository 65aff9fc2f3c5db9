// How long it takes to require one module, in ms.
const start = performance.now();
require(process.argv[2]);
const took = performance.now() - start;
console.log(took);
