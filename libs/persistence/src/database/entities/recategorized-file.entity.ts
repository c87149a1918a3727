import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { optionalMoment } from './columns.js';
import { JobEntity } from './job.entity.js';

export const RECATEGORIZED_STATES = ['pending', 'editing', 'moved', 'untouched'] as const;

@Entity('recategorized_files')
@Index('ix_recategorized_files_state', ['jobId', 'state', 'title'])
@Index('ix_recategorized_files_edited', ['editedAt'])
export class RecategorizedFileEntity {
  @PrimaryColumn({ name: 'job_id', type: 'bigint', unsigned: true })
  jobId!: number;

  /** Of the file's page, with namespace. */
  @PrimaryColumn({ type: 'varchar', length: 300 })
  title!: string;

  /** `editing`: an edit may have been sent. */
  @Column({ type: 'enum', enum: [...RECATEGORIZED_STATES] })
  state!: (typeof RECATEGORIZED_STATES)[number];

  /** Why it was left untouched. */
  @Column({ type: 'varchar', length: 500, nullable: true })
  reason!: string | null;

  /** Of the edit. */
  @Column({ type: 'bigint', unsigned: true, nullable: true })
  revid!: number | null;

  /** When an edit was answered. */
  @Column({ name: 'edited_at', ...optionalMoment })
  editedAt!: Date | null;

  @ManyToOne(() => JobEntity, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'job_id', foreignKeyConstraintName: 'fk_recategorized_files_job' })
  job!: Relation<JobEntity>;
}
