import { describe, expect, it } from '@jest/globals';
import { explainSshFailure } from './explain-ssh-failure.js';

describe('explainSshFailure', () => {
  it.each([
    [
      'Warning: x\nme@login.example: Permission denied (publickey,hostbased).\r\n',
      'accepts none of the keys',
    ],
    ['Host key verification failed.\r\n', 'connect to it once by hand'],
    ['ssh: Could not resolve hostname login.example: Name or service not known', 'no host of this name'],
    ['cat: replica.my.cnf: No such file or directory', 'no replica.my.cnf'],
    ['channel 0: open failed: administratively prohibited: open failed', 'does not let connections through'],
    [
      'channel 0: open failed: connect failed: Connection refused\nstdio forwarding failed',
      'reach the replica',
    ],
    ['ssh: connect to host login.example port 22: Connection timed out', 'does not answer'],
    ['first\nkex_exchange: banner line\n', 'ssh says "kex_exchange: banner line"'],
    ['client_loop: send disconnect: Broken pipe\r\n', 'has closed the connection'],
    ['', 'ended without a word'],
  ])('makes sense of %j', (complaint, meaning) => {
    expect(explainSshFailure(complaint)).toContain(meaning);
  });
});
