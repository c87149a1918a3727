import { API_TOKEN_ORDERS, type ApiTokenOrder } from '#app/persistence';
import { TOKEN_SCOPES, type TokenScope } from '#app/protocol';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import {
  ArrayNotEmpty,
  ArrayUnique,
  IsArray,
  IsIn,
  IsInt,
  IsString,
  Matches,
  Max,
  MaxLength,
  Min,
} from 'class-validator';
import { OrAbsent } from '../http/or-absent.js';
import { pageOf, sortedPageQuery } from '../http/paging.js';

const MAX_DAYS = 3650;

export class ApiTokensQuery extends sortedPageQuery<ApiTokenOrder>(API_TOKEN_ORDERS) {}

export class CreateApiTokenDto {
  @ApiProperty({ maxLength: 100, example: 'Nightly uploads' })
  @IsString()
  @MaxLength(100)
  @Matches(/\S/, { message: 'name must not be blank' })
  name!: string;

  @ApiProperty({
    enum: TOKEN_SCOPES,
    enumName: 'TokenScope',
    isArray: true,
    description: 'read: reading; upload: everything written in your name; admin: for administrators only',
  })
  @IsArray()
  @ArrayNotEmpty()
  @ArrayUnique()
  @IsIn(TOKEN_SCOPES, { each: true })
  scopes!: TokenScope[];

  @ApiPropertyOptional({
    type: 'integer',
    minimum: 1,
    maximum: MAX_DAYS,
    description: 'Absent: it never expires',
  })
  @OrAbsent()
  @IsInt()
  @Min(1)
  @Max(MAX_DAYS)
  expires_in_days?: number;
}

export class ApiTokenDto {
  @ApiProperty({ type: 'integer' })
  id!: number;

  @ApiProperty()
  name!: string;

  @ApiProperty({ description: 'How the token begins', example: 'cur_Zx4f' })
  hint!: string;

  @ApiProperty({ enum: TOKEN_SCOPES, enumName: 'TokenScope', isArray: true })
  scopes!: TokenScope[];

  @ApiProperty({ format: 'date-time' })
  created_at!: string;

  @ApiPropertyOptional({ format: 'date-time', description: 'Absent: never' })
  expires_at?: string;

  @ApiPropertyOptional({ format: 'date-time', description: 'To the minute; absent until it is used' })
  last_used_at?: string;
}

export class CreatedApiTokenDto extends ApiTokenDto {
  @ApiProperty({
    description: 'The token, for Authorization: Bearer. It is shown here once and never again.',
  })
  token!: string;
}

export class ApiTokenPageDto extends pageOf(ApiTokenDto) {}
