import type { AccessToken } from '#app/commons-client';
import { TokenVault, UploadRepository, UserRepository } from '#app/persistence';
import { Injectable } from '@nestjs/common';
import type { SessionPerson } from './signed-in-user.js';

/** Keeps each person's newest access token, encrypted, with the person and with what they have under way. */
@Injectable()
export class KeepTokenService {
  constructor(
    private readonly users: UserRepository,
    private readonly uploads: UploadRepository,
    private readonly vault: TokenVault,
  ) {}

  /** Ends a pause of this person as well: what waited for a sign-in goes on with this token. */
  async keep(person: SessionPerson, token: AccessToken): Promise<void> {
    const encryptedToken = this.vault.seal(token, person.userid);
    await this.users.saveSignIn({ ...person, encryptedToken });
    await this.uploads.renewTokens(person.userid, encryptedToken, new Date());
  }
}
