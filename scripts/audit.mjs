/**
 * npm run audit: asks the registry for known vulnerabilities of what production installs, and fails for high and critical
 * ones. Where no advisory endpoint answers it says so and fails for nothing. Further words go to npm.
 */
import { main, run } from './processes.mjs';
import { isMain, ROOT } from './root.mjs';

const FAILING = ['high', 'critical'];

async function audit() {
  const words = ['audit', '--omit=dev', '--json', ...process.argv.slice(2)];
  const { output } = await run(['npm', ...words], { cwd: ROOT, quiet: true });
  const report = readReport(output);
  if (report?.vulnerabilities === undefined) {
    const { message = 'it gave no report' } = report ?? {};
    console.log(
      `${'!'.repeat(78)}\n!! audit NOT RUN: the registry tells no vulnerabilities (${message})\n${'!'.repeat(78)}`,
    );
    return 0;
  }
  const found = Object.values(report.vulnerabilities);
  for (const { name, severity, range, via } of found)
    console.log(
      `${severity}: ${name} ${range}${via.map((one) => (one.url ? `\n    ${one.title}, ${one.url}` : '')).join('')}`,
    );
  const failing = found.filter(({ severity }) => FAILING.includes(severity)).length;
  console.log(
    `audit: ${found.length} vulnerable packages in production, ${failing} of them high or critical`,
  );
  return failing > 0 ? 1 : 0;
}

/** npm's warnings stand before or after its report. */
function readReport(output) {
  const [text] = /^\{$[\s\S]*?^\}$/m.exec(output) ?? [];
  try {
    return text === undefined ? null : JSON.parse(text);
  } catch {
    return null;
  }
}

if (isMain(import.meta.url)) await main(audit);
