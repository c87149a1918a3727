import { describe, expect, it } from '@jest/globals';
import { ALL_EVENTS, planEvents } from './events.js';
import { makePlan } from './plan.js';
import { Random } from './random.js';

describe('what a seed plans', () => {
  const plan = makePlan(3, 1_000);
  const batches = plan.people.flatMap((person) => person.batches);
  const uploads = batches.flatMap((batch) => batch.uploads);

  it('is the same again, and something else for another seed', () => {
    expect(makePlan(3, 1_000)).toEqual(plan);
    expect(makePlan(4, 1_000)).not.toEqual(plan);
  });

  it('has every upload in one batch, none twice in one', () => {
    expect(uploads).toHaveLength(1_000);
    for (const batch of batches)
      expect(new Set(batch.uploads.map(({ item }) => item.id)).size).toBe(batch.uploads.length);
    const expected = ({ fate }: (typeof uploads)[number]): boolean => fate === 'new';
    expect(uploads.filter(expected).length).toBeGreaterThan(900);
    for (const fate of ['same-content', 'same-name', 'blacklisted'])
      expect(uploads.filter((upload) => upload.fate === fate).length).toBeGreaterThanOrEqual(10);
    expect(batches.filter(({ cancelAfter }) => cancelAfter !== null)).toHaveLength(2);
    expect(plan.earlierFiles.length).toBeGreaterThan(20);
  });

  it('lets every event come once for each time it is wanted, in order', () => {
    const events = planEvents(Random.of(3, 'events'), ALL_EVENTS);
    const moments = events.map(({ at }) => at);
    expect(moments).toEqual([...moments].sort((a, b) => a - b));
    for (const [name, count] of Object.entries(ALL_EVENTS))
      expect(events.filter((event) => event.name === name)).toHaveLength(count);
  });
});
