import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module.js';
import { NotificationWatchers } from './notification-watchers.js';
import { NotificationsController } from './notifications.controller.js';

@Module({
  imports: [AuthModule],
  controllers: [NotificationsController],
  providers: [NotificationWatchers],
  exports: [NotificationWatchers],
})
export class NotificationsModule {}
