import { Observable } from '../lib/observable';
import type { Role, Session } from './types';

/** undefined: not known yet; null: nobody is signed in. */
export const session = new Observable<Session | null | undefined>(undefined);

/** Whether somebody was signed in before nobody is: then the sign-in page says so. */
export const expired = new Observable(false);

export function may(role: Role): boolean {
    const roles = session.get()?.roles ?? [];
    if (role === 'read') return roles.length > 0;
    if (role === 'edit') return roles.includes('edit') || roles.includes('admin');
    return roles.includes('admin');
}
