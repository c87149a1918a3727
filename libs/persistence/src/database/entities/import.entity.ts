import {
  Column,
  Entity,
  Index,
  JoinColumn,
  ManyToOne,
  PrimaryColumn,
  PrimaryGeneratedColumn,
  type Relation,
} from 'typeorm';
import { id, moment, optionalMoment } from './columns.js';
import { UserEntity } from './user.entity.js';

const number = { type: 'int', unsigned: true } as const;
const text = { type: 'varchar', length: 255 } as const;
const optionalText = { ...text, nullable: true } as const;

/** One reading of a category, for everybody who asked for it. */
@Entity('import_runs')
@Index('uq_import_runs_current', ['currentKey'], { unique: true })
@Index('ix_import_runs_expires_at', ['expiresAt'])
@Index('ix_import_runs_created_at', ['createdAt'])
export class ImportRunEntity {
  @PrimaryGeneratedColumn({ type: 'bigint', unsigned: true })
  id!: number;

  /** Who asked first. */
  @Column({ type: 'varchar', length: 64 })
  userid!: string;

  /** The category that was asked for: without namespace, with blanks. */
  @Column(text)
  title!: string;

  @Column(number)
  depth!: number;

  /** SHA-256 of category and depth while others may join this run or use what it found. */
  @Column({ name: 'current_key', type: 'char', length: 64, nullable: true })
  currentKey!: string | null;

  @Column({ name: 'job_id', ...id, nullable: true })
  jobId!: number | null;

  /** The category that is read, where redirects have led. */
  @Column(optionalText)
  category!: string | null;

  @Column({ type: 'json', nullable: true })
  redirects!: object[] | null;

  @Column({ name: 'chunk_count', ...number })
  chunkCount!: number;

  @Column({ name: 'file_count', ...number })
  fileCount!: number;

  @Column({ name: 'category_count', ...number })
  categoryCount!: number;

  /** Pages in the file namespace that have no file. */
  @Column({ name: 'other_count', ...number })
  otherCount!: number;

  /** There were more subcategories than are read. */
  @Column({ name: 'is_truncated', type: 'boolean' })
  isTruncated!: boolean;

  @Column({ name: 'created_at', ...moment })
  createdAt!: Date;

  @Column({ name: 'completed_at', ...optionalMoment })
  completedAt!: Date | null;

  @Column({ name: 'expires_at', ...optionalMoment })
  expiresAt!: Date | null;

  /** Everybody who waited for it has cancelled. */
  @Column({ name: 'abandoned_at', ...optionalMoment })
  abandonedAt!: Date | null;

  @ManyToOne(() => UserEntity)
  @JoinColumn({ name: 'userid', foreignKeyConstraintName: 'fk_import_runs_user' })
  user!: Relation<UserEntity>;
}

/** A person's import. */
@Entity('imports')
@Index('ix_imports_user', ['userid', 'id'])
@Index('ix_imports_run', ['runId', 'userid'])
export class ImportEntity {
  @PrimaryGeneratedColumn({ type: 'bigint', unsigned: true })
  id!: number;

  @Column({ type: 'varchar', length: 64 })
  userid!: string;

  @Column({ name: 'run_id', ...id })
  runId!: number;

  @Column({ name: 'created_at', ...moment })
  createdAt!: Date;

  @Column({ name: 'cancelled_at', ...optionalMoment })
  cancelledAt!: Date | null;

  /** When the newest of its exports began to read. */
  @Column({ name: 'last_exported_at', ...optionalMoment })
  lastExportedAt!: Date | null;

  @ManyToOne(() => UserEntity)
  @JoinColumn({ name: 'userid', foreignKeyConstraintName: 'fk_imports_user' })
  user!: Relation<UserEntity>;

  @ManyToOne(() => ImportRunEntity)
  @JoinColumn({ name: 'run_id', foreignKeyConstraintName: 'fk_imports_run' })
  run!: Relation<ImportRunEntity>;
}

/** A category that a run reads, and has read if its number is below that of the one it is at. */
@Entity('import_categories')
@Index('uq_import_categories_title', ['runId', 'title'], { unique: true })
export class ImportCategoryEntity {
  @PrimaryColumn({ name: 'run_id', type: 'bigint', unsigned: true })
  runId!: number;

  /** From 0, in the order in which they are read. */
  @PrimaryColumn(number)
  number!: number;

  /** How far below the first one. */
  @Column(number)
  level!: number;

  @Column(text)
  title!: string;

  @ManyToOne(() => ImportRunEntity)
  @JoinColumn({ name: 'run_id', foreignKeyConstraintName: 'fk_import_categories_run' })
  run!: Relation<ImportRunEntity>;
}

@Entity('import_files')
@Index('uq_import_files_page', ['runId', 'pageId'], { unique: true })
@Index('ix_import_files_name', ['runId', 'name'])
export class ImportFileEntity {
  @PrimaryColumn({ name: 'run_id', type: 'bigint', unsigned: true })
  runId!: number;

  /** From 0, without gaps. */
  @PrimaryColumn(number)
  position!: number;

  @Column({ name: 'page_id', ...id })
  pageId!: number;

  /** The first of the categories that it was found in. */
  @Column({ name: 'category_number', ...number })
  categoryNumber!: number;

  @Column(text)
  name!: string;

  @Column(number)
  width!: number;

  @Column(number)
  height!: number;

  @Column(id)
  size!: number;

  @Column(text)
  mime!: string;

  @Column({ type: 'char', length: 40 })
  sha1!: string;

  @Column({ name: 'first_uploader', ...optionalText })
  firstUploader!: string | null;

  @Column({ name: 'first_uploaded_at', ...optionalMoment })
  firstUploadedAt!: Date | null;

  @Column({ name: 'latest_uploader', ...optionalText })
  latestUploader!: string | null;

  @Column({ name: 'latest_uploaded_at', ...optionalMoment })
  latestUploadedAt!: Date | null;

  @ManyToOne(() => ImportRunEntity)
  @JoinColumn({ name: 'run_id', foreignKeyConstraintName: 'fk_import_files_run' })
  run!: Relation<ImportRunEntity>;
}
