// Puts compressed copies beside the files of dist/, for servers that send them as they are; prints what the first view costs.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const kDist = new URL('../dist/', import.meta.url).pathname;
const kCompressible = /\.(html|js|css|svg|json|webmanifest)$/;
// A shorter file fits into one packet as it is.
const kLeastBytes = 1024;
const kFirstViewLimit = 250 * 1024;

const sizes = new Map();
for (const entry of readdirSync(kDist, { recursive: true, withFileTypes: true })) {
  if (!entry.isFile() || !kCompressible.test(entry.name)) continue;
  const path = join(entry.parentPath, entry.name);
  const bytes = readFileSync(path);
  if (bytes.length < kLeastBytes) continue;
  const brotli = brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } });
  writeFileSync(`${path}.br`, brotli);
  writeFileSync(`${path}.gz`, gzipSync(bytes, { level: 9 }));
  sizes.set(path.slice(kDist.length), brotli.length);
}

// What index.html loads, and what that imports without being asked.
const first = new Set();
function visit(file) {
  if (first.has(file) || !sizes.has(file)) return;
  first.add(file);
  const text = readFileSync(join(kDist, file), 'utf8');
  for (const [, name] of text.matchAll(/(?:from|import)\s*["']\.\/([^"']+\.js)["']/g)) visit(`assets/${name}`);
}
const index = readFileSync(join(kDist, 'index.html'), 'utf8');
for (const [, file] of index.matchAll(/(?:src|href)="\/(assets\/[^"]+\.js)"/g)) visit(file);
// The page that a session begins with.
for (const file of sizes.keys()) if (/^assets\/Home-[\w-]+\.js$/.test(file)) visit(file);
const total = [...first].reduce((sum, file) => sum + sizes.get(file), 0);
console.log(`JavaScript of the first view: ${(total / 1024).toFixed(1)} KB compressed, in ${first.size} files`);
if (total > kFirstViewLimit) {
  console.error(`That is over the limit of ${kFirstViewLimit / 1024} KB; split more by page.`);
  process.exit(1);
}
