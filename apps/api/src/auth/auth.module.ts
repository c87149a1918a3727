import { Global, Module, type MiddlewareConsumer, type NestModule } from '@nestjs/common';
import { TokenVault } from '#app/persistence';
import { ApiConfig } from '../api.config.js';
import { BatchesModule } from '../batches/batches.module.js';
import { AuthController } from './auth.controller.js';
import { AdminGuard, SessionGuard } from './current-user.js';
import { Administrators } from './administrators.js';
import { AdminAccess } from './admin-access.js';
import { BearerTokens } from './bearer-tokens.js';
import { KeepSignIn } from './keep-sign-in.js';
import { MediaWikiOAuth } from './mediawiki-oauth.js';
import { Handshake } from './mediawiki-strategy.js';
import { SessionMiddleware } from './session.middleware.js';
import { ServiceKey } from './service-key.js';
import { SignInService } from './sign-in.service.js';
import { Throttles } from '../throttle/throttles.js';
import { UpgradeAuthenticator } from './upgrade-authenticator.js';

/** Sign-in with the wiki's account, sessions, API tokens, and who is behind a request or a WebSocket; its guards work in every module. */
@Global()
@Module({
  imports: [BatchesModule],
  controllers: [AuthController],
  providers: [
    {
      provide: MediaWikiOAuth,
      inject: [ApiConfig],
      useFactory: ({ commonsIndexUrl, userAgent, oauthConsumerKey, oauthConsumerSecret }: ApiConfig) =>
        new MediaWikiOAuth({
          indexUrl: commonsIndexUrl,
          userAgent,
          consumer: { key: oauthConsumerKey, secret: oauthConsumerSecret },
        }),
    },
    {
      provide: Handshake,
      inject: [MediaWikiOAuth, ApiConfig, TokenVault],
      useFactory: (oauth: MediaWikiOAuth, { publicUrl }: ApiConfig, vault: TokenVault) =>
        new Handshake(oauth, `${publicUrl}/auth/callback`, vault),
    },
    SessionMiddleware,
    SessionGuard,
    AdminGuard,
    Administrators,
    BearerTokens,
    AdminAccess,
    KeepSignIn,
    ServiceKey,
    SignInService,
    Throttles,
    UpgradeAuthenticator,
  ],
  exports: [
    Administrators,
    Throttles,
    SessionGuard,
    AdminGuard,
    BearerTokens,
    AdminAccess,
    UpgradeAuthenticator,
  ],
})
export class AuthModule implements NestModule {
  configure(consumer: MiddlewareConsumer): void {
    consumer.apply(SessionMiddleware).forRoutes('auth/*path', 'api/*path');
  }
}
