import { Controller, Get, Headers, HttpCode, Post, Req, Res, UseGuards } from '@nestjs/common';
import { ApiHeader, ApiOkResponse, ApiOperation, ApiQuery, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { ApiErrors } from '../docs/api-errors.js';
import { Throttled } from '../throttle/throttled.js';
import { RegisteredDto, WhoAmIDto } from './auth.dto.js';
import { CurrentUser, SessionGuard } from './current-user.js';
import { Handshake } from './mediawiki-strategy.js';
import { endSession, startSession } from './rotate-session.js';
import { completeSignIn } from './complete-sign-in.js';
import { ServiceKey } from './service-key.js';
import { SignInService } from './sign-in.service.js';
import type { SignedInUser } from './signed-in-user.js';

@ApiTags('sign-in')
@Controller('auth')
export class AuthController {
  constructor(
    private readonly handshake: Handshake,
    private readonly signIn: SignInService,
    private readonly serviceKey: ServiceKey,
  ) {}

  @Get('login')
  @Throttled('sign-in')
  @ApiOperation({ summary: 'Sends the browser to the wiki to sign in' })
  @ApiResponse({ status: 302, description: "To the wiki's Special:OAuth/authorize" })
  @ApiErrors('RATE_LIMITED', 'NOT_READY', 'UPSTREAM_FAILED', 'UPSTREAM_UNAVAILABLE', 'UPSTREAM_TIMEOUT')
  async login(@Req() request: Request, @Res() response: Response): Promise<void> {
    response.redirect(await this.handshake.begin(request));
  }

  @Get('callback')
  @Throttled('sign-in')
  @ApiOperation({ summary: 'Where the wiki sends the browser back to' })
  @ApiQuery({ name: 'oauth_token', type: String })
  @ApiQuery({ name: 'oauth_verifier', type: String })
  @ApiResponse({ status: 302, description: 'Signed in, to /' })
  @ApiErrors(
    'VALIDATION_FAILED',
    'FORBIDDEN',
    'RATE_LIMITED',
    'NOT_READY',
    'UPSTREAM_FAILED',
    'UPSTREAM_UNAVAILABLE',
    'UPSTREAM_TIMEOUT',
  )
  async callback(@Req() request: Request, @Res() response: Response): Promise<void> {
    await startSession(request, await completeSignIn(request, this.handshake, this.signIn));
    response.redirect('/');
  }

  @Get('logout')
  @ApiOperation({ summary: 'Ends the session' })
  @ApiResponse({ status: 302, description: 'Signed out, to /' })
  @ApiErrors('FORBIDDEN', 'NOT_READY')
  async logout(@Req() request: Request, @Res() response: Response): Promise<void> {
    await endSession(request, response);
    response.redirect('/');
  }

  @Get('whoami')
  @UseGuards(SessionGuard)
  @ApiOperation({ summary: 'Who is signed in' })
  @ApiOkResponse({ type: WhoAmIDto })
  @ApiErrors('UNAUTHENTICATED')
  whoami(@CurrentUser() { username, userid, isAdmin }: SignedInUser): WhoAmIDto {
    return { username, userid, authorized: isAdmin };
  }

  @Post('register')
  @Throttled('register')
  @HttpCode(200)
  @ApiOperation({ summary: 'Signs in the configured service user, for automation' })
  @ApiHeader({ name: 'X-API-KEY', required: true })
  @ApiOkResponse({ type: RegisteredDto })
  @ApiErrors(
    'VALIDATION_FAILED',
    'UNAUTHENTICATED',
    'FORBIDDEN',
    'NOT_CONFIGURED',
    'RATE_LIMITED',
    'NOT_READY',
    'UPSTREAM_FAILED',
    'UPSTREAM_UNAVAILABLE',
    'UPSTREAM_TIMEOUT',
  )
  async register(
    @Headers('x-api-key') apiKey: string | undefined,
    @Req() request: Request,
  ): Promise<RegisteredDto> {
    const person = await this.signIn.admitService(await this.serviceKey.check(apiKey, request));
    await startSession(request, person);
    return { message: 'Signed in', username: person.username };
  }
}
