import type { TokenScope } from '#app/protocol';
import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryGeneratedColumn, type Relation } from 'typeorm';
import { moment, optionalMoment } from './columns.js';
import { UserEntity } from './user.entity.js';

@Entity('api_tokens')
@Index('uq_api_tokens_hash', ['tokenHash'], { unique: true })
@Index('ix_api_tokens_user', ['userid', 'id'])
export class ApiTokenEntity {
  @PrimaryGeneratedColumn({ type: 'bigint', unsigned: true })
  id!: number;

  @Column({ type: 'varchar', length: 64 })
  userid!: string;

  @Column({ type: 'varchar', length: 100 })
  name!: string;

  /** SHA-256, hexadecimal. */
  @Column({ name: 'token_hash', type: 'char', length: 64 })
  tokenHash!: string;

  /** How the token begins, so that its owner knows it again. */
  @Column({ type: 'char', length: 8 })
  hint!: string;

  @Column({ type: 'json' })
  scopes!: TokenScope[];

  @Column({ name: 'created_at', ...moment })
  createdAt!: Date;

  @Column({ name: 'expires_at', ...optionalMoment })
  expiresAt!: Date | null;

  /** To the minute. */
  @Column({ name: 'last_used_at', ...optionalMoment })
  lastUsedAt!: Date | null;

  @ManyToOne(() => UserEntity)
  @JoinColumn({ name: 'userid', foreignKeyConstraintName: 'fk_api_tokens_user' })
  user!: Relation<UserEntity>;
}
