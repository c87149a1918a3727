import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { moment, optionalMoment } from './columns.js';

@Entity('users')
@Index('ix_users_username', ['username'])
@Index('ix_users_created', ['createdAt'])
export class UserEntity {
  @PrimaryColumn({ type: 'varchar', length: 64 })
  userid!: string;

  /** Compares without case, so that a prefix typed in lower case finds it; exact look-ups compare binary as well. */
  @Column({ type: 'varchar', length: 255, collation: 'utf8mb4_unicode_ci' })
  username!: string;

  @Column({ name: 'access_token', type: 'varchar', length: 1024, nullable: true })
  accessToken!: string | null;

  @Column({ name: 'token_saved_at', ...optionalMoment })
  tokenSavedAt!: Date | null;

  /** When an upload of theirs was last given to a worker. */
  @Column({ name: 'served_at', ...optionalMoment })
  servedAt!: Date | null;

  @Column({ name: 'paused_at', ...optionalMoment })
  pausedAt!: Date | null;

  @Column({ name: 'paused_reason', type: 'text', nullable: true })
  pausedReason!: string | null;

  @Column({ name: 'created_at', ...moment })
  createdAt!: Date;

  @Column({ name: 'updated_at', ...moment })
  updatedAt!: Date;
}
