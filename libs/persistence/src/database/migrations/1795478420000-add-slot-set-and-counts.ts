import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Of each schedule when its next slot was found, of runs how far they came, of watched images whether they are still to be
 * queued, of quotas what was counted before, and what lists of notifications and runs are sorted by.
 */
export class AddSlotSetAndCounts1795478420000 implements MigrationInterface {
  name = 'AddSlotSetAndCounts1795478420000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE schedules
      ADD COLUMN slot_set_at datetime(3) NULL AFTER next_slot_at, ADD KEY ix_schedules_slot_set (enabled, slot_set_at)`);
    await runner.query(`ALTER TABLE schedule_runs
      ADD COLUMN done int unsigned NOT NULL DEFAULT 0 AFTER job_id, ADD COLUMN total int unsigned NULL AFTER done,
      ADD KEY ix_schedule_runs_created (schedule_id, id)`);
    await runner.query(`UPDATE schedule_runs r JOIN jobs j ON j.id = r.job_id
      SET r.done = j.done, r.total = j.total WHERE r.status <> 'running'`);
    await runner.query(`ALTER TABLE schedule_images
      ADD COLUMN waits_for char(64) NULL, ADD KEY ix_schedule_images_waiting (schedule_id, waits_for, image)`);
    await runner.query(`ALTER TABLE notifications
      ADD KEY ix_notifications_kind (userid, kind, id), ADD KEY ix_notifications_unread_kind (userid, read_at, kind, id)`);
    await runner.query(`CREATE TABLE quota_counts (
      userid varchar(64) NOT NULL,
      quota_id bigint unsigned NOT NULL,
      counted_from datetime(3) NOT NULL,
      counted_until datetime(3) NOT NULL,
      used bigint unsigned NOT NULL,
      open_ids json NOT NULL,
      PRIMARY KEY (userid, quota_id),
      KEY ix_quota_counts_quota (quota_id),
      CONSTRAINT fk_quota_counts_user FOREIGN KEY (userid) REFERENCES users (userid) ON DELETE NO ACTION ON UPDATE NO ACTION,
      CONSTRAINT fk_quota_counts_quota FOREIGN KEY (quota_id) REFERENCES quotas (id) ON DELETE CASCADE ON UPDATE NO ACTION
    ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE quota_counts');
    await runner.query(
      'ALTER TABLE notifications DROP KEY ix_notifications_unread_kind, DROP KEY ix_notifications_kind',
    );
    await runner.query(
      'ALTER TABLE schedule_images DROP KEY ix_schedule_images_waiting, DROP COLUMN waits_for',
    );
    await runner.query(`ALTER TABLE schedule_runs
      DROP KEY ix_schedule_runs_created, DROP COLUMN total, DROP COLUMN done`);
    await runner.query('ALTER TABLE schedules DROP KEY ix_schedules_slot_set, DROP COLUMN slot_set_at');
  }
}
