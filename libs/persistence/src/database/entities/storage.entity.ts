import { Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';
import type { StorageResource } from '../../storages/storage.js';
import { moment } from './columns.js';

@Entity('storages')
@Index('uq_storages_name', ['name'], { unique: true })
@Index('uq_storages_place', ['placeKey'], { unique: true })
export class StorageEntity {
  @PrimaryGeneratedColumn({ type: 'bigint', unsigned: true })
  id!: number;

  @Column({ type: 'varchar', length: 255 })
  name!: string;

  @Column({ type: 'text' })
  description!: string;

  @Column({ type: 'json' })
  resource!: StorageResource;

  /** SHA-256 of where it is: two storages never share a place. */
  @Column({ name: 'place_key', type: 'char', length: 64 })
  placeKey!: string;

  /** Sealed, see TokenVault. */
  @Column({ type: 'text', nullable: true })
  credentials!: string | null;

  @Column({ type: 'boolean' })
  active!: boolean;

  @Column({ name: 'created_at', ...moment })
  createdAt!: Date;

  @Column({ name: 'modified_at', ...moment })
  modifiedAt!: Date;
}
