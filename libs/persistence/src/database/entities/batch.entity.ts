import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryGeneratedColumn, type Relation } from 'typeorm';
import { id, moment, optionalMoment } from './columns.js';
import { UserEntity } from './user.entity.js';

@Entity('batches')
@Index('ix_batches_user', ['userid', 'id'])
@Index('ix_batches_retry_of', ['retryOf'])
@Index('ix_batches_open', ['open'])
@Index('uq_batches_edit_group', ['editGroupId'], { unique: true })
export class BatchEntity {
  @PrimaryGeneratedColumn({ type: 'bigint', unsigned: true })
  id!: number;

  @Column({ type: 'varchar', length: 64 })
  userid!: string;

  @Column({ name: 'edit_group_id', type: 'char', length: 12 })
  editGroupId!: string;

  @Column({ name: 'retry_of', ...id, nullable: true })
  retryOf!: number | null;

  /** Uploads of it may be queued or running; upkeep closes it once none is. */
  @Column({ type: 'boolean', default: true })
  open!: boolean;

  @Column({ name: 'paused_at', ...optionalMoment })
  pausedAt!: Date | null;

  @Column({ name: 'paused_reason', type: 'text', nullable: true })
  pausedReason!: string | null;

  @Column({ name: 'created_at', ...moment })
  createdAt!: Date;

  /** Last change of the batch itself; a batch's uploads carry their own moments, so that none of them waits for this row. */
  @Column({ name: 'updated_at', ...moment })
  updatedAt!: Date;

  /** When the newest of its exports began to read. */
  @Column({ name: 'last_exported_at', ...optionalMoment })
  lastExportedAt!: Date | null;

  /** When its owner was told that nothing is queued or running in it any more: once, whatever is added later. */
  @Column({ name: 'finished_at', ...optionalMoment })
  finishedAt!: Date | null;

  @ManyToOne(() => UserEntity)
  @JoinColumn({ name: 'userid', foreignKeyConstraintName: 'fk_batches_user' })
  user!: Relation<UserEntity>;

  @ManyToOne(() => BatchEntity)
  @JoinColumn({ name: 'retry_of', foreignKeyConstraintName: 'fk_batches_retry_of' })
  original!: Relation<BatchEntity> | null;
}
