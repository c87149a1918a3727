import { Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';
import { moment } from './columns.js';

/** One change by an administrator. It refers to nothing by a key, so that it outlives what it tells of. */
@Entity('audit_log')
@Index('ix_audit_log_user', ['userid', 'id'])
@Index('ix_audit_log_action', ['action', 'id'])
@Index('ix_audit_log_subject', ['subjectKind', 'subjectId', 'id'])
@Index('ix_audit_log_created', ['createdAt'])
export class AuditRecordEntity {
  @PrimaryGeneratedColumn({ type: 'bigint', unsigned: true })
  id!: number;

  /** Who did it. */
  @Column({ type: 'varchar', length: 64 })
  userid!: string;

  @Column({ type: 'varchar', length: 255 })
  username!: string;

  @Column({ type: 'varchar', length: 64 })
  action!: string;

  @Column({ name: 'subject_kind', type: 'varchar', length: 32 })
  subjectKind!: string;

  @Column({ name: 'subject_id', type: 'varchar', length: 64 })
  subjectId!: string;

  @Column({ name: 'state_before', type: 'json', nullable: true })
  stateBefore!: object | null;

  @Column({ name: 'state_after', type: 'json', nullable: true })
  stateAfter!: object | null;

  @Column({ name: 'request_id', type: 'varchar', length: 64, nullable: true })
  requestId!: string | null;

  @Column({ name: 'created_at', ...moment })
  createdAt!: Date;
}
