import type { MigrationInterface, QueryRunner } from 'typeorm';

const TABLE = 'ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin';
const PEOPLE = 'REFERENCES users (userid) ON DELETE NO ACTION ON UPDATE NO ACTION';
const SCHEDULES = 'REFERENCES schedules (id) ON DELETE CASCADE ON UPDATE NO ACTION';

/** Schedules with their runs, notifications, and of each batch whether its owner was told of its end. */
export class AddSchedules1795478409000 implements MigrationInterface {
  name = 'AddSchedules1795478409000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE schedules (
      id bigint unsigned NOT NULL AUTO_INCREMENT,
      userid varchar(64) NOT NULL,
      name varchar(255) NOT NULL,
      kind varchar(32) NOT NULL,
      params json NOT NULL,
      cron varchar(200) NULL,
      every_minutes int unsigned NULL,
      time_zone varchar(64) NOT NULL,
      active_from char(10) NULL,
      active_until char(10) NULL,
      hours_from tinyint unsigned NULL,
      hours_until tinyint unsigned NULL,
      enabled tinyint NOT NULL,
      next_slot_at datetime(3) NULL,
      failures int unsigned NOT NULL,
      disabled_reason varchar(1000) NULL,
      disabled_at datetime(3) NULL,
      created_at datetime(3) NOT NULL,
      updated_at datetime(3) NOT NULL,
      PRIMARY KEY (id),
      KEY ix_schedules_due (enabled, next_slot_at),
      KEY ix_schedules_user (userid, id),
      CONSTRAINT fk_schedules_user FOREIGN KEY (userid) ${PEOPLE}
    ) ${TABLE}`);
    await runner.query(`CREATE TABLE schedule_runs (
      id bigint unsigned NOT NULL AUTO_INCREMENT,
      schedule_id bigint unsigned NOT NULL,
      slot_at datetime(3) NOT NULL,
      is_manual tinyint NOT NULL,
      status enum('queued','running','complete','failed','cancelled') NOT NULL,
      job_id bigint unsigned NULL,
      error json NULL,
      created_at datetime(3) NOT NULL,
      started_at datetime(3) NULL,
      ended_at datetime(3) NULL,
      PRIMARY KEY (id),
      UNIQUE KEY uq_schedule_runs_slot (schedule_id, slot_at),
      KEY ix_schedule_runs_open (status, id),
      KEY ix_schedule_runs_schedule (schedule_id, status),
      KEY ix_schedule_runs_ended (ended_at),
      CONSTRAINT fk_schedule_runs_schedule FOREIGN KEY (schedule_id) ${SCHEDULES}
    ) ${TABLE}`);
    await runner.query(`CREATE TABLE schedule_images (
      schedule_id bigint unsigned NOT NULL,
      image varchar(255) NOT NULL,
      run_id bigint unsigned NOT NULL,
      PRIMARY KEY (schedule_id, image),
      KEY ix_schedule_images_run (schedule_id, run_id),
      CONSTRAINT fk_schedule_images_schedule FOREIGN KEY (schedule_id) ${SCHEDULES}
    ) ${TABLE}`);
    await runner.query(`CREATE TABLE notifications (
      id bigint unsigned NOT NULL AUTO_INCREMENT,
      userid varchar(64) NOT NULL,
      kind varchar(32) NOT NULL,
      message varchar(1000) NOT NULL,
      link varchar(2000) NULL,
      created_at datetime(3) NOT NULL,
      read_at datetime(3) NULL,
      PRIMARY KEY (id),
      KEY ix_notifications_user (userid, id),
      KEY ix_notifications_unread (userid, read_at, id),
      KEY ix_notifications_read (read_at),
      CONSTRAINT fk_notifications_user FOREIGN KEY (userid) ${PEOPLE}
    ) ${TABLE}`);
    await runner.query('ALTER TABLE batches ADD COLUMN finished_at datetime(3) NULL');
    await runner.query('UPDATE batches SET finished_at = updated_at WHERE open = 0');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE batches DROP COLUMN finished_at');
    for (const table of ['notifications', 'schedule_images', 'schedule_runs', 'schedules']) {
      await runner.query(`DROP TABLE ${table}`);
    }
  }
}
