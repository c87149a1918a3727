import { Injectable } from '@nestjs/common';
import { CommonsApi, type CategorySpelling, type CommonsClient, type PageEditor } from '#app/commons-client';
import { TokenVault, UserRepository } from '#app/persistence';
import { CommonsClients } from '../uploads/commons-clients.js';

export interface EditingUser {
  username: string;
  /** Sealed, as stored. */
  accessToken: string;
  client: CommonsClient;
  editor: PageEditor;
}

const SPELLING_KEPT_MS = 24 * 60 * 60_000;

/** Lets jobs change pages in the names of the people whose jobs they are. */
@Injectable()
export class PageEditors {
  private spelling: { until: number; value: CategorySpelling } | null = null;

  constructor(
    private readonly api: CommonsApi,
    private readonly users: UserRepository,
    private readonly vault: TokenVault,
    private readonly clients: CommonsClients,
  ) {}

  /** Null when the person has to sign in again. */
  async find(userid: string): Promise<EditingUser | null> {
    const accessToken = (await this.users.find(userid))?.accessToken ?? null;
    if (accessToken === null) return null;
    const token = this.vault.tryOpen(accessToken, userid);
    const person = await this.clients.find(userid, accessToken);
    if (!token || !person) return null;
    const { client, username } = person;
    return { username, accessToken, client, editor: this.api.editorFor({ userid, username }, token) };
  }

  /** How the wiki spells links to categories; asked for once in a day. */
  async findSpelling(editor: PageEditor, signal: AbortSignal): Promise<CategorySpelling> {
    if (this.spelling !== null && Date.now() < this.spelling.until) return this.spelling.value;
    const value = await editor.findCategorySpelling(signal);
    this.spelling = { until: Date.now() + SPELLING_KEPT_MS, value };
    return value;
  }
}
