import { HttpService } from '@nestjs/axios';
import { Injectable } from '@nestjs/common';
import { InjectOutboundHttp } from '@outbound-auth/nestjs/axios';
import { firstValueFrom } from 'rxjs';

/** Calls shipping by an `HttpService` of its own, with the service's own token. */
@Injectable()
export class ParcelsService {
  constructor(@InjectOutboundHttp('shipping') private readonly http: HttpService) {}

  async send(parcel: object): Promise<unknown> {
    const { data } = await firstValueFrom(this.http.post<unknown>('/parcels', parcel));
    return data;
  }
}
