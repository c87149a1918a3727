import { readFile } from 'node:fs/promises';

/** USER_HZ, which is 100 on every platform of Linux that Node runs on. See proc_pid_stat(5) */
const TICKS_A_SECOND = 100;

/** Seconds of CPU that a process and its threads have used so far, in its own code and in the kernel. Linux only. */
export async function cpuSeconds(pid: number): Promise<number> {
  return parseCpuSeconds(await readFile(`/proc/${pid}/stat`, 'utf8'));
}

/** @param stat one line of `/proc/<pid>/stat`; the name in it may hold blanks and brackets */
export function parseCpuSeconds(stat: string): number {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [userTicks, systemTicks] = [fields[11], fields[12]].map(Number);
  if (userTicks === undefined || systemTicks === undefined || Number.isNaN(userTicks + systemTicks))
    throw new Error(`There are no times in "${stat}"`);
  return (userTicks + systemTicks) / TICKS_A_SECOND;
}
