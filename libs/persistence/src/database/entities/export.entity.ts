import { EXPORT_FORMATS, EXPORT_KINDS, type ExportFormat, type ExportKind } from '#app/protocol';
import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryGeneratedColumn, type Relation } from 'typeorm';
import { id, moment, optionalMoment } from './columns.js';
import { JobEntity } from './job.entity.js';
import { StorageEntity } from './storage.entity.js';
import { UserEntity } from './user.entity.js';

const kind = { type: 'enum', enum: [...EXPORT_KINDS] } as const;
const format = { type: 'enum', enum: [...EXPORT_FORMATS] } as const;

/** A file that holds an export, whoever asked for it. */
@Entity('export_files')
@Index('uq_export_files_place', ['place'], { unique: true })
@Index('ix_export_files_expires', ['expiresAt'])
@Index('ix_export_files_storage', ['storageId', 'name'])
export class ExportFileEntity {
  @PrimaryGeneratedColumn({ type: 'bigint', unsigned: true })
  id!: number;

  @Column(kind)
  kind!: ExportKind;

  @Column({ name: 'subject_id', type: 'varchar', length: 100 })
  subjectId!: string;

  /** The last change of the data in it. */
  @Column({ name: 'data_at', ...moment })
  dataAt!: Date;

  @Column(format)
  format!: ExportFormat;

  /** Null: the default storage. */
  @Column({ name: 'storage_id', ...id, nullable: true })
  storageId!: number | null;

  @Column({ type: 'varchar', length: 200 })
  name!: string;

  /** Storage and name, which together are unique also in the default storage. */
  @Column({ type: 'varchar', length: 255 })
  place!: string;

  /** Bytes. This and the next four are null until it is written for the first time. */
  @Column({ ...id, nullable: true })
  size!: number | null;

  @Column({ name: 'row_count', type: 'int', unsigned: true, nullable: true })
  rowCount!: number | null;

  @Column({ type: 'char', length: 64, nullable: true })
  sha256!: string | null;

  /** Before the first row was read. */
  @Column({ name: 'read_at', ...optionalMoment })
  readAt!: Date | null;

  @Column({ name: 'written_at', ...optionalMoment })
  writtenAt!: Date | null;

  @Column({ name: 'last_downloaded_at', ...optionalMoment })
  lastDownloadedAt!: Date | null;

  @Column({ name: 'expires_at', ...moment })
  expiresAt!: Date;

  @Column({ name: 'created_at', ...moment })
  createdAt!: Date;

  @ManyToOne(() => StorageEntity)
  @JoinColumn({ name: 'storage_id', foreignKeyConstraintName: 'fk_export_files_storage' })
  storage!: Relation<StorageEntity> | null;
}

/** What a person asked to have exported; how far it has come is its job's to tell. */
@Entity('exports')
@Index('uq_exports_job', ['jobId'], { unique: true })
@Index('ix_exports_user', ['userid', 'id'])
@Index('ix_exports_file', ['fileId'])
@Index('ix_exports_storage', ['storageId'])
export class ExportEntity {
  @PrimaryGeneratedColumn({ type: 'bigint', unsigned: true })
  id!: number;

  @Column({ type: 'varchar', length: 64 })
  userid!: string;

  @Column(kind)
  kind!: ExportKind;

  /** The batch or the import. */
  @Column({ name: 'ref_id', ...id, nullable: true })
  refId!: number | null;

  @Column(format)
  format!: ExportFormat;

  @Column({ name: 'storage_id', ...id, nullable: true })
  storageId!: number | null;

  @Column({ name: 'job_id', ...id })
  jobId!: number;

  /** Null: not written yet, or removed since. */
  @Column({ name: 'file_id', ...id, nullable: true })
  fileId!: number | null;

  @Column({ name: 'created_at', ...moment })
  createdAt!: Date;

  @ManyToOne(() => UserEntity)
  @JoinColumn({ name: 'userid', foreignKeyConstraintName: 'fk_exports_user' })
  user!: Relation<UserEntity>;

  @ManyToOne(() => JobEntity, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'job_id', foreignKeyConstraintName: 'fk_exports_job' })
  job!: Relation<JobEntity>;

  @ManyToOne(() => ExportFileEntity, { onDelete: 'SET NULL' })
  @JoinColumn({ name: 'file_id', foreignKeyConstraintName: 'fk_exports_file' })
  file!: Relation<ExportFileEntity> | null;
}
