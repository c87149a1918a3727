import { createConnection, type Connection } from 'mysql2/promise';
import { createDatabase } from './create-database.js';

/** As its migrations leave them: types, widths, foreign keys; the widths of older versions, which took longer titles. */
const TABLES = [
  'CREATE TABLE alembic_version (version_num varchar(32) NOT NULL PRIMARY KEY)',
  `CREATE TABLE users (
    userid varchar(255) NOT NULL PRIMARY KEY,
    username varchar(255) NOT NULL,
    created_at datetime NOT NULL,
    updated_at datetime NOT NULL,
    KEY ix_users_username (username)
  )`,
  `CREATE TABLE batches (
    id int NOT NULL AUTO_INCREMENT PRIMARY KEY,
    userid varchar(255) NOT NULL,
    edit_group_id varchar(12) NULL,
    created_at datetime NOT NULL,
    updated_at datetime NOT NULL,
    KEY ix_batches_userid (userid),
    FOREIGN KEY (userid) REFERENCES users (userid)
  )`,
  `CREATE TABLE upload_requests (
    id int NOT NULL AUTO_INCREMENT PRIMARY KEY,
    batchid int NOT NULL,
    userid varchar(255) NOT NULL,
    status varchar(50) NOT NULL,
    \`key\` varchar(255) NOT NULL,
    handler varchar(255) NOT NULL,
    collection varchar(255) NULL,
    access_token text NULL,
    filename varchar(1000) NOT NULL,
    wikitext text NULL,
    copyright_override tinyint(1) NOT NULL DEFAULT 0,
    labels longtext NULL,
    result text NULL,
    error longtext NULL,
    success text NULL,
    last_edited_by varchar(255) NULL,
    celery_task_id varchar(255) NULL,
    created_at datetime NULL,
    updated_at datetime NULL,
    KEY ix_upload_requests_batchid (batchid),
    KEY ix_upload_requests_userid (userid),
    FOREIGN KEY (batchid) REFERENCES batches (id),
    FOREIGN KEY (userid) REFERENCES users (userid)
  )`,
  `CREATE TABLE presets (
    id int NOT NULL AUTO_INCREMENT PRIMARY KEY,
    userid varchar(255) NOT NULL,
    handler varchar(50) NOT NULL,
    title varchar(255) NOT NULL,
    title_template varchar(500) NOT NULL,
    labels longtext NULL,
    categories varchar(500) NULL,
    exclude_from_date_category tinyint(1) NOT NULL,
    is_default tinyint(1) NOT NULL,
    created_at datetime NOT NULL,
    updated_at datetime NOT NULL,
    FOREIGN KEY (userid) REFERENCES users (userid)
  )`,
];

type Value = string | number | null;
type Row = Readonly<Record<string, Value>>;

/** A database as the Python backend has it. Orphans and zero dates are let in, as of servers that did not look. */
export class PythonBackend {
  private constructor(
    readonly url: string,
    private readonly connection: Connection,
    private readonly drop: () => Promise<void>,
  ) {}

  static async create(): Promise<PythonBackend> {
    const created = await createDatabase();
    const { url } = created;
    const { username, password, hostname, port, pathname, searchParams } = new URL(url);
    const socketPath = searchParams.get('socketPath');
    const connection = await createConnection({
      user: decodeURIComponent(username),
      password: decodeURIComponent(password),
      database: pathname.slice(1),
      charset: 'utf8mb4',
      ...(socketPath === null ? { host: hostname, port: Number(port || 3306) } : { socketPath }),
    });
    const backend = new PythonBackend(url, connection, () => created.drop());
    await backend.run("SET SESSION sql_mode = '', SESSION foreign_key_checks = 0");
    await backend.run(
      `ALTER DATABASE \`${pathname.slice(1)}\` CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci`,
    );
    for (const table of TABLES) await backend.run(table);
    return backend;
  }

  async run(statement: string, values: Value[] = []): Promise<void> {
    await this.connection.query(statement, values);
  }

  async count(table: string): Promise<number> {
    const [rows] = await this.connection.query(`SELECT COUNT(*) AS found FROM ${table}`);
    return (rows as { found: number }[])[0]?.found ?? 0;
  }

  /** Of all that is in its tables. */
  async checksum(): Promise<unknown> {
    const [rows] = await this.connection.query('CHECKSUM TABLE users, batches, upload_requests, presets');
    return rows;
  }

  async aUser(userid: string, members: Row = {}): Promise<void> {
    const dates = { created_at: '2025-10-07 10:00:00', updated_at: '2025-10-08 11:00:00' };
    await this.insert('users', { userid, username: `User ${userid}`, ...dates, ...members });
  }

  async aBatch(id: number, userid: string, members: Row = {}): Promise<void> {
    const dates = { created_at: '2025-11-01 10:00:00', updated_at: '2025-11-01 12:00:00' };
    const group = id.toString(16).padStart(12, '0');
    await this.insert('batches', { id, userid, edit_group_id: group, ...dates, ...members });
  }

  async anUpload(id: number, batchid: number, userid: string, members: Row = {}): Promise<void> {
    await this.insert('upload_requests', {
      id,
      batchid,
      userid,
      status: 'completed',
      key: `image-${id}`,
      handler: 'mapillary',
      collection: 'seq',
      access_token: 'gAAAAABsecret-of-fernet',
      filename: `Street ${id}.jpg`,
      wikitext: '== {{int:filedesc}} ==',
      labels: '{"language": "en", "value": "A street"}',
      error: 'null',
      success: `https://commons.wikimedia.org/wiki/File:Street_${id}.jpg`,
      celery_task_id: 'a2c4',
      created_at: '2025-11-01 10:00:00',
      updated_at: '2025-11-01 11:00:00',
      ...members,
    });
  }

  async aPreset(id: number, userid: string, members: Row = {}): Promise<void> {
    await this.insert('presets', {
      id,
      userid,
      handler: 'mapillary',
      title: `Preset ${id}`,
      title_template: '{{mapillary.photo.id}}.jpg',
      labels: 'null',
      categories: null,
      exclude_from_date_category: 0,
      is_default: 0,
      created_at: '2026-02-22 14:34:03',
      updated_at: '2026-02-22 14:34:03',
      ...members,
    });
  }

  async close(): Promise<void> {
    await this.connection.end();
    await this.drop();
  }

  private async insert(table: string, row: Row): Promise<void> {
    const columns = Object.keys(row).map((name) => `\`${name}\``);
    await this.connection.query(`INSERT INTO ${table} (${columns.join(', ')}) VALUES (?)`, [
      Object.values(row),
    ]);
  }
}
