/** Laid over the environment of a process that is measured: without what changes how Node loads modules. */
export const plainEnvironment = { NODE_OPTIONS: undefined, NODE_COMPILE_CACHE: undefined, NODE_V8_COVERAGE: undefined };
