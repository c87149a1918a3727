import { ApiProperty } from '@nestjs/swagger';

export class WhoAmIDto {
  @ApiProperty()
  username!: string;

  @ApiProperty({ description: "Id of the wiki's central account, decimal" })
  userid!: string;

  @ApiProperty({ description: 'Whether the person is an administrator of this tool' })
  authorized!: boolean;
}

export class RegisteredDto {
  @ApiProperty()
  message!: string;

  @ApiProperty()
  username!: string;
}
