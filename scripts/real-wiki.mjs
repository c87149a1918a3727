import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ROOT } from './root.mjs';

/** Debian's folder. */
const MEDIAWIKI = '/usr/share/mediawiki';

/** Why the tier that uploads to a real MediaWiki cannot run here, after trying to install one with apt-get; null if it can. */
export async function whyNoRealWiki() {
  console.log('Looking for MediaWiki and PHP; where they are missing, apt-get installs them (a minute) …');
  const compiled = pathToFileURL(join(ROOT, 'dist', 'test', 'realwiki', 'mediawiki-packages.js'));
  const { whyPackagesAreMissing } = await import(compiled.href);
  return whyPackagesAreMissing(MEDIAWIKI);
}
