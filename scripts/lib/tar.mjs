// Archives as the engine unpacks them. Written here so that they come out the same everywhere: without the times, the owners and
// the dialects that the `tar` of each system adds.
import { gzipSync } from "node:zlib";

const block = 512;

/**
 * @typedef {object} Entry
 * @property {string} name
 * @property {Buffer} content
 * @property {boolean} [isExecutable]
 */

/**
 * @param {number} value
 * @param {number} length
 */
function octal(value, length) {
  return `${value.toString(8).padStart(length - 1, "0")}\0`;
}

/** @param {Entry} entry */
function header({ name, content, isExecutable }) {
  const bytes = Buffer.alloc(block);
  bytes.write(name, 0, 100);
  bytes.write(octal(isExecutable ? 0o755 : 0o644, 8), 100);
  bytes.write(octal(0, 8), 108);
  bytes.write(octal(0, 8), 116);
  bytes.write(octal(content.length, 12), 124);
  bytes.write(octal(0, 12), 136);
  // Counts as blanks while it is being summed up.
  bytes.write(" ".repeat(8), 148);
  bytes.write("0", 156);
  bytes.write("ustar\0" + "00", 257);
  const sum = bytes.reduce((total, byte) => total + byte, 0);
  bytes.write(`${octal(sum, 7)} `, 148);
  return bytes;
}

/**
 * @param {readonly Entry[]} entries files; names of at most 100 characters
 * @returns {Buffer} a compressed archive
 */
export function tarGz(entries) {
  const parts = entries.flatMap((entry) => {
    const rest = entry.content.length % block;
    return [header(entry), entry.content, Buffer.alloc(rest === 0 ? 0 : block - rest)];
  });
  return gzipSync(Buffer.concat([...parts, Buffer.alloc(2 * block)]), { level: 9 });
}
