/** What the servers have seen of a measurement. */
export async function reportOf(address) {
  return (await fetch(address)).json();
}
