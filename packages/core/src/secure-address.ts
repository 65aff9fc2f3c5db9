/** Whether a URL's host is this machine itself, where `http:` gives nothing away. */
function isLoopback(url: URL): boolean {
  const host = url.hostname.replace(/\.+$/, '');
  return host === 'localhost' || host.endsWith('.localhost') || host === '[::1]' || /^127(?:\.\d+){3}$/.test(host);
}

/** Whether a secret may travel to this address. */
export function isSecure(url: URL, allowInsecureRequests: boolean): boolean {
  return url.protocol === 'https:' || (url.protocol === 'http:' && (allowInsecureRequests || isLoopback(url)));
}
