import { describe, expect, it } from '@jest/globals';
import { inTurn, type TurnTaker } from './costly-messages.js';
import { UserShares } from './user-shares.js';

const LIMITS = { wsUserConnections: 10, wsUserSubscriptions: 10, wsUserCostlyMessages: 2 };

describe('costly messages', () => {
  const shares = new UserShares(LIMITS);
  const aClient = (userid: string, closing = new AbortController()): TurnTaker => {
    const share = shares.enter(userid);
    if (share === null) throw new Error('There is no place');
    return { closed: closing.signal, costly: (work) => share.costly(work) };
  };
  const turn = (): Promise<void> => new Promise(setImmediate);

  it('of all connections of a person are answered a few at a time, in order; others and cheap ones at once', async () => {
    const events: string[] = [];
    const finish: (() => void)[] = [];
    const ask = (name: string, client: TurnTaker): Promise<void> =>
      inTurn('CHECK_TITLES', client, () => {
        events.push(name);
        return new Promise((resolve) => finish.push(resolve));
      });
    const closing = new AbortController();
    const [one, two, gone] = [aClient('7'), aClient('7'), aClient('7', closing)];
    const asked = [ask('a', one), ask('b', two), ask('gone', gone), ask('c', one), ask('d', two)];
    void ask('of another', aClient('8'));
    void inTurn('FETCH_PRESETS', one, () => void events.push('cheap'));
    await turn();
    expect(events.toSorted()).toEqual(['a', 'b', 'cheap', 'of another']);
    closing.abort();
    finish[0]?.();
    await turn();
    expect(events.slice(4)).toEqual(['c']);
    for (const end of finish) end();
    await turn();
    for (const end of finish) end();
    await Promise.all(asked);
    expect(events.slice(4)).toEqual(['c', 'd']);
  });

  it('of who comes again still count while they are under way', async () => {
    const begun: number[] = [];
    const finish: (() => void)[] = [];
    const asked = [1, 2, 3, 4, 5].map((visit) => {
      const answer = inTurn('CHECK_TITLES', aClient('5'), () => {
        begun.push(visit);
        return new Promise<void>((resolve) => finish.push(resolve));
      });
      shares.leave('5');
      return answer;
    });
    await turn();
    expect(begun).toEqual([1, 2]);
    for (let round = 0; round < 3; round += 1) {
      for (const end of finish) end();
      await turn();
    }
    await Promise.all(asked);
    await turn();
    expect(begun).toEqual([1, 2, 3, 4, 5]);
    expect(shares.isKnown('5')).toBe(false);
  });

  it('that fail give their turn back', async () => {
    const client = aClient('9');
    for (let tries = 0; tries < 5; tries += 1) {
      const failing = inTurn('UPLOAD_SLICE', client, () => Promise.reject(new Error('no')));
      await expect(failing).rejects.toThrow('no');
    }
    await expect(inTurn('UPLOAD_SLICE', client, () => undefined)).resolves.toBeUndefined();
  });
});
