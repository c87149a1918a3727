import { describe, expect, it } from '@jest/globals';
import { commonsReplica, linksReplica } from './replica-addresses.js';

const HOST = 'commonswiki.analytics.db.svc.wikimedia.cloud';
const account = { TOOL_REPLICA_USER: 's1', TOOL_REPLICA_PASSWORD: 'p@/ss' };

describe('commonsReplica', () => {
  it('is unset where nothing tells of one', () => {
    expect(commonsReplica({})).toBeNull();
    expect(commonsReplica({ TOOL_REPLICA_USER: 's1', TOOLFORGE_SSH_HOST: ' ' })).toBeNull();
    expect(linksReplica({})).toBeNull();
  });

  it('takes the account of a tool, that of the replicas first', () => {
    const toolsDatabase = { TOOL_TOOLSDB_USER: 's2', TOOL_TOOLSDB_PASSWORD: 'q' };
    expect(commonsReplica({ ...toolsDatabase, ...account })?.text).toBe(
      `mysql://s1:p%40%2Fss@${HOST}/commonswiki_p`,
    );
    expect(commonsReplica(toolsDatabase)?.text).toBe(`mysql://s2:q@${HOST}/commonswiki_p`);
  });

  it('is an address without a user where a way in by ssh is named', () => {
    expect(commonsReplica({ TOOLFORGE_SSH_HOST: 'me@login.toolforge.org' })).toEqual({
      text: `mysql://${HOST}/commonswiki_p`,
    });
  });

  it('takes the older name and says so', () => {
    const older = commonsReplica({
      ...account,
      COMMONS_DB_URL: 'mysql+pymysql://u:p@db.example/commonswiki_p',
    });
    expect(older?.text).toBe('mysql://u:p@db.example/commonswiki_p');
    expect(older?.deprecation).toContain('COMMONS_REPLICA_URL');
  });
});

describe('linksReplica', () => {
  it("is beside the core tables on Wikimedia's servers", () => {
    expect(linksReplica(account)?.text).toBe(`mysql://s1:p%40%2Fss@links.${HOST}/commonswiki_p`);
    expect(
      linksReplica({ COMMONS_REPLICA_URL: 'mysql://commonswiki.web.db.svc.wikimedia.cloud/x' })?.text,
    ).toBe('mysql://links.commonswiki.web.db.svc.wikimedia.cloud/x');
  });

  it('is the same server elsewhere', () => {
    const COMMONS_REPLICA_URL = 'mysql://root@localhost/wiki?socketPath=%2Frun%2Fm.sock';
    expect(linksReplica({ COMMONS_REPLICA_URL })?.text).toBe(COMMONS_REPLICA_URL);
    expect(linksReplica({ COMMONS_REPLICA_URL: 'nonsense' })).toBeNull();
  });
});
