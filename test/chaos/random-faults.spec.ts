import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startUpstreams, type FaultSubject, type Upstreams } from '../upstreams/index.js';
import { RandomFaults } from './random-faults.js';

let upstreams: Upstreams;

beforeEach(async () => {
  upstreams = await startUpstreams();
});
afterEach(() => upstreams.stop());

const subjectOf = (step: string, filename: string): FaultSubject => ({
  method: 'POST',
  path: '/w/api.php',
  action: 'upload',
  step,
  user: 'Uploader',
  params: { filename, filesize: '1000' },
});
const commits = Array.from({ length: 2_000 }, (_, index) => subjectOf('commit', `File ${index}.jpg`));

describe('RandomFaults', () => {
  const takeAll = (seed: number, subjects = commits) => {
    const faults = new RandomFaults(upstreams, seed, 0.05);
    return { faults, taken: subjects.map((subject) => upstreams.commons.faults.take(subject)) };
  };

  it('hits the share it is told, in many ways, and the same requests in whatever order they come', () => {
    const { taken, faults } = takeAll(1);
    expect(taken.filter((fault) => fault !== null).length).toBeGreaterThan(60);
    expect(taken.filter((fault) => fault !== null).length).toBeLessThan(150);
    expect(faults.hits.size).toBeGreaterThan(15);
    const backwards = takeAll(1, [...commits].reverse()).taken.reverse();
    expect(backwards).toEqual(taken);
    expect(takeAll(2).taken).not.toEqual(taken);
  });

  it('keeps to what can never succeed, and else to nothing once it is calm', () => {
    const { faults } = takeAll(1);
    expect(faults.hopeless.size).toBeGreaterThan(0);
    faults.calm();
    for (const subject of commits) {
      const isHopeless = faults.hopeless.has(subject.params['filename'] ?? '');
      expect(upstreams.commons.faults.take(subject) !== null).toBe(isHopeless);
    }
  });
});
