import { describe, expect, it } from '@jest/globals';
import { Allowance, Subscriptions } from './subscriptions.js';

describe('what a connection watches', () => {
  it('is nothing after its end: what it asked for before is not begun, and takes nothing from the person', () => {
    const ofUser = new Allowance(2);
    const subscriptions = new Subscriptions(10, ofUser);
    subscriptions.claim('batch');
    subscriptions.releaseAll();
    expect(() => subscriptions.claim('import')).toThrow('The connection has closed.');
    expect([subscriptions.size, ofUser.isUnused]).toEqual([0, true]);
  });
});
