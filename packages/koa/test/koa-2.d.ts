// Koa 2 under the types of 3: what the tests use is the same in both.
declare module 'koa-2' {
  import Koa from 'koa';

  export default Koa;
}
