/**
 * Whether the dependencies may be used: every installed package has a licence that we may pass on, the lockfile names no
 * hosts but the hash of each, and nothing runs when it is installed. Part of `npm run check`; a folder as the first word is looked at in place of this one and that of the documentation.
 */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import parse from 'spdx-expression-parse';
import { main } from './processes.mjs';
import { isMain, ROOT } from './root.mjs';

/** Licences that ask for no more than to be named. See https://spdx.org/licenses/ */
const ALLOWED = new Set([
  ...['MIT', 'MIT-0', 'ISC', '0BSD', 'BSD-2-Clause', 'BSD-3-Clause', 'Apache-2.0', 'BlueOak-1.0.0'],
  ...['CC0-1.0', 'Unlicense', 'Zlib', 'Python-2.0'],
]);
/** Of data and tools that only development uses, unchanged. */
const ALLOWED_IN_DEVELOPMENT = new Set([...ALLOWED, 'CC-BY-3.0', 'CC-BY-4.0', 'EPL-2.0']);
const DOCUMENTATION = join(ROOT, 'docs', 'site');

/** Packages whose package.json does not say what their Readme does. */
const TOLD_ELSEWHERE = { 'humanize-number': 'MIT', only: 'MIT' };

/** @returns the licence as an SPDX expression, or null. Older packages have an object or a list, of which one may choose. */
function licenceOf({ name, license, licenses }) {
  const told = [license ?? licenses ?? []].flat().map((one) => (typeof one === 'string' ? one : one?.type));
  return TOLD_ELSEWHERE[name] ?? (told.length === 0 ? null : told.map((one) => `(${one})`).join(' OR '));
}

/** Whether the expression can be met by what is allowed. */
function isAllowed(expression, allowed) {
  const meets = (node) =>
    node.conjunction === 'or'
      ? meets(node.left) || meets(node.right)
      : node.conjunction === 'and'
        ? meets(node.left) && meets(node.right)
        : node.exception === undefined && node.plus !== true && allowed.has(node.license);
  try {
    return meets(parse(expression));
  } catch {
    return false; // no SPDX expression: somebody has to read it
  }
}

/** @returns {Promise<string[]>} what is wrong, a line each. `isTool`: nothing of it is in production */
async function findProblems(root, { isTool = false } = {}) {
  const { packages } = JSON.parse(await readFile(join(root, 'package-lock.json'), 'utf8'));
  const problems = [];
  const { allowScripts = {} } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  for (const [path, { resolved, integrity, hasInstallScript, dev, devOptional }] of Object.entries(
    packages,
  )) {
    if (path === '') continue;
    const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
    if (integrity === undefined) problems.push(`${path}: the lockfile has no hash of it`);
    if (hasInstallScript && !isTool && allowScripts[name] !== false)
      problems.push(
        `${path}: wants to run a script when it is installed; allowScripts of package.json does not refuse it`,
      );
    if (resolved !== undefined) problems.push(`${path}: the lockfile names a host, ${resolved}`);
    const text = await readFile(join(root, path, 'package.json'), 'utf8').catch(() => null);
    if (text === null) continue; // for another platform
    const description = JSON.parse(text);
    const licence = licenceOf(description);
    const allowed = isTool || dev || devOptional ? ALLOWED_IN_DEVELOPMENT : ALLOWED;
    if (licence === null) problems.push(`${path}: says no licence`);
    else if (!isAllowed(licence, allowed)) problems.push(`${path}: the licence ${licence} is not allowed`);
  }
  return problems;
}

if (isMain(import.meta.url)) {
  await main(async () => {
    const [, , root = ROOT] = process.argv;
    const problems = await findProblems(root);
    if (root === ROOT && existsSync(join(DOCUMENTATION, 'package-lock.json')))
      problems.push(...(await findProblems(DOCUMENTATION, { isTool: true })));
    for (const problem of problems) console.log(problem);
    if (problems.length > 0)
      console.log('Allowed licences and exceptions stand in scripts/dependencies.mjs.');
    return problems.length === 0 ? 0 : 1;
  });
}
