import { Body, Controller, Post } from '@nestjs/common';
import { ParcelsService } from './parcels.service';

@Controller('parcels')
export class ParcelsController {
  constructor(private readonly parcels: ParcelsService) {}

  @Post()
  send(@Body() parcel: object): Promise<unknown> {
    return this.parcels.send(parcel);
  }
}
