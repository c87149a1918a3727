import { Injectable } from '@nestjs/common';
import { answerClass, toUploadWindows, type UserInfo } from '#app/commons-client';
import { RatePlan, UserRepository } from '#app/persistence';
import { DomainError, RefusedError, TemporaryError } from '#app/protocol';
import { CommonsClients } from '../uploads/commons-clients.js';

export interface Person {
  userid: string;
  username: string;
  /** Sealed. */
  accessToken: string;
}

const signedOut = (): DomainError =>
  new DomainError('FORBIDDEN', 'Your authorization has ended. Please sign in again.');

/** Places in the rate plan, for work that no request of the person has begun. */
@Injectable()
export class PersonsPlaces {
  constructor(
    private readonly users: UserRepository,
    private readonly clients: CommonsClients,
    private readonly plan: RatePlan,
  ) {}

  /** @throws DomainError FORBIDDEN when they are signed in no more */
  async findPerson(userid: string): Promise<Person> {
    const user = await this.users.find(userid);
    if (!user?.accessToken) throw signedOut();
    return { userid, username: user.username, accessToken: user.accessToken };
  }

  /** The earliest places. @throws DomainError FORBIDDEN when they are signed in no more, blocked, or may not upload */
  async reserve(person: Person, count: number): Promise<Date[]> {
    const { blocked, rights, windows } = await this.findRights(person);
    if (blocked !== null) throw new DomainError('FORBIDDEN', 'Your account is blocked on Commons.');
    if (!rights.includes('upload')) {
      throw new DomainError('FORBIDDEN', 'You have no right to upload files to Commons any more.');
    }
    const { userid } = person;
    return this.plan.reserve({ userid, count, windows: toUploadWindows(windows), now: new Date() });
  }

  private async findRights({ userid, accessToken }: Person): Promise<UserInfo> {
    const kept = await this.clients.find(userid, accessToken);
    if (!kept) throw signedOut();
    try {
      return await kept.client.userInfo();
    } catch (error) {
      const isAnswer = error instanceof TemporaryError || error instanceof RefusedError;
      if (isAnswer && answerClass(error) === 'sign-in-lost') throw signedOut();
      throw error;
    }
  }

  /** Those that are not needed after all. */
  async giveBack({ userid }: Person, places: readonly Date[]): Promise<void> {
    await this.plan.giveBack(userid, places);
  }
}
