import { createHash, generateKeyPairSync, randomBytes, sign } from "node:crypto";
/** Key and certificate of a server, both PEM. */
export interface KeyPair {
  readonly key: string;
  readonly cert: string;
}

/** How long a certificate is good for, in milliseconds: longer than any test, too short to be kept. */
const lifetime = 30 * 24 * 3600 * 1000;

const tags = { integer: 2, bitString: 3, octetString: 4, oid: 6, utf8: 12, time: 24, sequence: 48, set: 49 } as const;

/** One element of DER: tag, length and content. */
function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const short = content.length < 128;
  const bytes = content.length < 256 ? [content.length] : [content.length >> 8, content.length & 255];
  return Buffer.concat([Buffer.from([tag, ...(short ? bytes : [128 + bytes.length, ...bytes])]), content]);
}

const sequence = (...parts: readonly Buffer[]): Buffer => der(tags.sequence, ...parts);
const oid = (hex: string): Buffer => der(tags.oid, Buffer.from(hex, "hex"));
const truth = Buffer.from("0101ff", "hex");

const algorithm = sequence(oid("2a8648ce3d040302")); // ecdsa-with-SHA256
const name = sequence(der(tags.set, sequence(oid("550403"), der(tags.utf8, Buffer.from("Local Bitrix24 portal")))));

function extension(id: string, value: Buffer, critical = false): Buffer {
  return sequence(oid(id), ...(critical ? [truth] : []), der(tags.octetString, value));
}

/** It vouches for itself, so that a client which is told to trust it needs nothing else. */
const fixedExtensions = [
  extension("551d13", sequence(truth), true), // basicConstraints: an authority
  extension("551d0f", der(tags.bitString, Buffer.from("0284", "hex")), true), // keyUsage: signatures and certificates
  extension("551d25", sequence(oid("2b06010505070301"))), // extendedKeyUsage: serverAuth
  extension(
    "551d11", // subjectAltName
    sequence(
      der(0x82, Buffer.from("localhost")),
      der(0x82, Buffer.from("*.localhost")),
      der(0x87, Buffer.from([127, 0, 0, 1])),
    ),
  ),
];

/** Strict clients want both identifiers of the key, also where the certificate is its own issuer. */
function extensions(publicKey: Buffer): Buffer {
  const identifier = createHash("sha1").update(publicKey).digest();
  return sequence(
    ...fixedExtensions,
    extension("551d0e", der(tags.octetString, identifier)), // subjectKeyIdentifier
    extension("551d23", sequence(der(0x80, identifier))), // authorityKeyIdentifier
  );
}

function time(milliseconds: number): Buffer {
  return der(tags.time, Buffer.from(`${new Date(milliseconds).toISOString().slice(0, 19).replace(/[-:T]/g, "")}Z`));
}

function pem(content: Buffer): string {
  const lines = content.toString("base64").replace(/.{64}(?!$)/g, "$&\n");
  return `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`;
}

/** A key and a certificate of its own making for the names of this machine. */
export function makeCertificate(now: number = Date.now()): KeyPair {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const spki = publicKey.export({ type: "spki", format: "der" });
  // The first byte keeps the number positive and of full length.
  const serial = der(tags.integer, Buffer.concat([Buffer.from([1]), randomBytes(15)]));
  const validity = sequence(time(now - 3600_000), time(now + lifetime));
  const content = sequence(
    der(0xa0, der(tags.integer, Buffer.from([2]))), // version 3
    serial,
    algorithm,
    name,
    validity,
    name,
    spki,
    der(0xa3, extensions(spki)),
  );
  const signature = der(tags.bitString, Buffer.from([0]), sign("sha256", content, privateKey));
  return {
    key: privateKey.export({ type: "pkcs8", format: "pem" }) as string,
    cert: pem(sequence(content, algorithm, signature)),
  };
}
