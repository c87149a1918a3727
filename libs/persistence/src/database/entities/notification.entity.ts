import type { NotificationKind } from '#app/protocol';
import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryGeneratedColumn, type Relation } from 'typeorm';
import { moment, optionalMoment } from './columns.js';
import { UserEntity } from './user.entity.js';

@Entity('notifications')
@Index('ix_notifications_user', ['userid', 'id'])
@Index('ix_notifications_unread', ['userid', 'readAt', 'id'])
@Index('ix_notifications_kind', ['userid', 'kind', 'id'])
@Index('ix_notifications_unread_kind', ['userid', 'readAt', 'kind', 'id'])
@Index('ix_notifications_read', ['readAt'])
export class NotificationEntity {
  @PrimaryGeneratedColumn({ type: 'bigint', unsigned: true })
  id!: number;

  @Column({ type: 'varchar', length: 64 })
  userid!: string;

  @Column({ type: 'varchar', length: 32 })
  kind!: NotificationKind;

  @Column({ type: 'varchar', length: 1000 })
  message!: string;

  @Column({ type: 'varchar', length: 2000, nullable: true })
  link!: string | null;

  @Column({ name: 'created_at', ...moment })
  createdAt!: Date;

  @Column({ name: 'read_at', ...optionalMoment })
  readAt!: Date | null;

  @ManyToOne(() => UserEntity)
  @JoinColumn({ name: 'userid', foreignKeyConstraintName: 'fk_notifications_user' })
  user!: Relation<UserEntity>;
}
