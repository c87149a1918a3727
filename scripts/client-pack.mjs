/**
 * npm run client:pack: compiles libs/client by itself, without a type of Node or a dependency, and packs it as a tarball that
 * npm installs. `-- --into FOLDER` says where; the last line is its path.
 */
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { requireInstalled } from './install.mjs';
import { main, run } from './processes.mjs';
import { Failure, isMain, ROOT } from './root.mjs';

const CLIENT = join(ROOT, 'libs', 'client');

/** @param {string} into where the tarball goes @returns {Promise<string>} its path */
export async function packClient(into) {
  const staging = await mkdtemp(join(tmpdir(), 'curator-client-'));
  try {
    const tsc = join(ROOT, 'node_modules', 'typescript-native', 'bin', 'tsc');
    const project = join(CLIENT, 'tsconfig.publish.json');
    await succeed([process.execPath, tsc, '-p', project, '--outDir', join(staging, 'dist')]);
    const { version } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'));
    const { name, ...rest } = JSON.parse(await readFile(join(CLIENT, 'published.package.json'), 'utf8'));
    const description = { name, version, ...rest };
    await writeFile(join(staging, 'package.json'), `${JSON.stringify(description, null, 2)}\n`);
    await copyFile(join(CLIENT, 'README.md'), join(staging, 'README.md'));
    await copyFile(join(ROOT, 'LICENSE'), join(staging, 'LICENSE'));
    await mkdir(into, { recursive: true });
    const { output } = await succeed(['npm', 'pack', staging, '--pack-destination', into, '--json']);
    const packed = JSON.parse(output.slice(output.search(/^[[{]/m)));
    const [{ filename }] = Array.isArray(packed) ? packed : Object.values(packed);
    return join(into, filename);
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

async function succeed(command) {
  const result = await run(command, { cwd: ROOT, quiet: true });
  if (result.code !== 0) throw new Failure(`${command.join(' ')} failed:\n${result.output}`);
  return result;
}

if (isMain(import.meta.url)) {
  await main(async () => {
    const { values } = parseArgs({ options: { into: { type: 'string' } } });
    await requireInstalled();
    console.log(await packClient(resolve(values.into ?? join(ROOT, '.data', 'client'))));
  });
}
