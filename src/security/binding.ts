import { isIP } from 'node:net';

/** Whether nobody but this machine can reach what listens there. A name is taken for another machine's unless it is `localhost`. */
export function isLoopback(host: string): boolean {
  const bare = host.toLowerCase().replace(/^\[|\]$/g, '');
  if (bare === 'localhost' || bare.endsWith('.localhost')) return true;
  const address = bare.replace(/^::ffff:(?=\d+\.)/, '');
  if (isIP(address) === 4) return address.startsWith('127.');
  return address === '::1' || address === '0:0:0:0:0:0:0:1';
}

/** `clinic.example:8443`, `[::1]:5000` without the port. */
export function withoutPort(host: string): string {
  const [, inner] = /^\[([^\]]*)\](?::\d*)?$/.exec(host) ?? [];
  return (inner ?? host.replace(/:\d*$/, '')).toLowerCase().replace(/\.$/, '');
}
