// Makes the certificate authority and the server certificate of the local stand-ins, anew at each start.
// Trust is not installed anywhere: whoever talks to the stand-ins is handed `caPem`.
import { generate } from 'selfsigned';

/** PEM texts: the authority to trust, and key and certificate of a server on localhost and 127.0.0.1. */
export interface Certificates {
  readonly caPem: string;
  readonly keyPem: string;
  readonly certPem: string;
}

/** Creates a fresh authority and one server certificate signed by it (P-256: made in milliseconds). */
export async function createCertificates(): Promise<Certificates> {
  const ca = await generate([{ name: 'commonName', value: 'Local stand-ins of Rollcall' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  const server = await generate([{ name: 'commonName', value: 'localhost' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    ca: { key: ca.private, cert: ca.cert },
    extensions: [
      { name: 'basicConstraints', cA: false },
      { name: 'keyUsage', digitalSignature: true },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 7, ip: '127.0.0.1' },
        ],
      },
    ],
  });
  return { caPem: ca.cert, keyPem: server.private, certPem: server.cert };
}
