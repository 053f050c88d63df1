#!/usr/bin/env python3
"""Cuts a set of labelled viewing data down to a fixture: cut.py DATASET OUT MODULUS

Kept are the customers whose number is a multiple of MODULUS, their connections and refusals, restarts, and of each
channel's failures those in which one of them watched it, up to a minute before or after. Labels are those of the set;
the figures of stability are computed anew here, since they depend on who watches.
"""
import bisect
import csv
import gzip
import io
import json
import os
import sys
from collections import defaultdict

src,out,mod=sys.argv[1],sys.argv[2],int(sys.argv[3])
os.makedirs(out+'/truth',exist_ok=True)
def rows(p):
    f=gzip.open(p,'rt',newline='') if p.endswith('.gz') else open(p,newline='')
    return list(csv.reader(f))
def write(p,rs):
    raw=io.StringIO(); w=csv.writer(raw,lineterminator='\n'); w.writerows(rs)
    data=raw.getvalue().encode()
    if p.endswith('.gz'):
        with open(p,'wb') as f, gzip.GzipFile(filename='',mode='wb',fileobj=f,compresslevel=9,mtime=0) as g: g.write(data)
    else: open(p,'wb').write(data)
c=rows(src+'/customers.csv'); keep=[r for r in c[1:] if int(r[0][1:])%mod==0]
custs={r[0] for r in keep}; creds={r[1] for r in keep}
write(out+'/customers.csv',[c[0]]+keep)
facts=rows(src+'/facts.csv.gz'); conns=set(); watch=defaultdict(list); opened={}
res=[]
for i,r in enumerate(facts[1:]):
    if r[1].startswith('conn.') and r[3] in creds:
        res.append((i,r))
        if r[1]=='conn.open': opened[r[2]]=(int(r[0]),r[4])
        elif r[1]=='conn.close':
            a,s=opened.pop(r[2]); watch[s].append((a,int(r[0])))
    elif r[1]=='server.restart': res.append((i,r))
for a,s in opened.values(): watch[s].append((a,1<<60))
# outages of a stream: kept when one of the kept viewers watched then (the group of facts from down to the end of its darkness)
group=defaultdict(list); 
W={s:sorted(v) for s,v in watch.items()}
def seen(s,a,b):
    for x,y in W.get(s,[]):
        if x<=b and y>=a: return True
    return False
cur={}
def close(s):
    g=cur.pop(s,None)
    if g and seen(s,int(g[0][1][0])-60000,int(g[-1][1][0])+60000): res.extend(g)
state=defaultdict(set)
for i,r in enumerate(facts[1:]):
    if r[1] in('ingest.down','ingest.up','patch.start','patch.end','failover'):
        s=r[4]
        cur.setdefault(s,[]).append((i,r))
        st=state[s]
        if r[1]=='ingest.down': st.add('d'+r[5])
        elif r[1]=='ingest.up': st.discard('d'+r[5])
        elif r[1]=='patch.start': st.add('p')
        elif r[1]=='patch.end': st.discard('p')
        elif r[1]=='failover':
            if 'b' in st: st.discard('b')
            else: st.add('b')
        if not st: close(s)
for s in list(cur): close(s)
res.sort()
write(out+'/facts.csv.gz',[facts[0]]+[r for _,r in res])
for f in('streams.csv','networks.csv','events.csv','meta.json'): open(out+'/'+f,'wb').write(open(src+'/'+f,'rb').read())
for f,k,ks in(('sharing.csv',0,creds),('refund.csv',0,custs)):
    t=rows(src+'/truth/'+f); write(out+'/truth/'+f,[t[0]]+[r for r in t[1:] if r[k] in ks])

# Stability of what was kept, in plain loops: the figures the report must have.
meta = json.load(open(src + '/meta.json'))
bounds, names = meta['week_start_ms'], meta['weeks']
down, visible, patched, switched = (defaultdict(list) for _ in range(4))
dark, patch, away, open_, views = {}, {}, {}, {}, defaultdict(list)
for _, r in res:
    t, kind, conn, stream, supplier = int(r[0]), r[1], r[2], r[4], r[5]
    if kind == 'ingest.down':
        away[stream, supplier] = t
        if stream not in dark:
            dark[stream] = [supplier, t]
    elif kind in ('ingest.up', 'failover'):
        if kind == 'ingest.up':
            down[stream].append((away.pop((stream, supplier)), t))
        if stream in dark and dark[stream][0] == supplier:
            since = dark.pop(stream)[1]
            if since is not None:
                visible[stream].append((since, t))
            if kind == 'failover':
                switched[stream].append(t)
    elif kind == 'patch.start':
        patch[stream] = t
        if stream in dark and dark[stream][1] is not None:
            visible[stream].append((dark[stream][1], t))
            dark[stream][1] = None
    elif kind == 'patch.end':
        patched[stream].append((patch.pop(stream), t))
        if stream in dark:
            dark[stream][1] = t
    elif kind == 'conn.open':
        open_[conn] = (t, stream)
    elif kind == 'conn.close':
        since, stream = open_.pop(conn)
        views[stream].append((since, t))
    elif kind == 'server.restart':
        for since, stream in open_.values():
            views[stream].append((since, t))
        open_ = {}
for since, stream in open_.values():
    views[stream].append((since, bounds[-1]))


def cut(spans, a, b):
    return sum(max(0, min(y, b) - max(x, a)) for x, y in spans) / 1000


def watched(spans, stream, a, b):
    return sum(cut([(max(x, p), min(y, q))], a, b) for x, y in spans for p, q in views[stream] if p < y and q > x)


table = [['week', 'stream', 'blips', 'source_down_s', 'visible_s', 'patched_s', 'failovers', 'viewer_s_visible', 'viewer_s_saved']]
for week, a, b in zip(names, bounds, bounds[1:]):
    for stream in sorted(r[0] for r in rows(src + '/streams.csv')[1:]):
        figures = [cut(down[stream], a, b), cut(visible[stream], a, b), cut(patched[stream], a, b)]
        seen_ = [watched(visible[stream], stream, a, b), watched(patched[stream], stream, a, b)]
        table.append([week, stream, sum(a <= x < b for x, _ in down[stream])] + ['%.3f' % x for x in figures]
                     + [sum(a <= x < b for x in switched[stream])] + ['%.3f' % x for x in seen_])
write(out + '/truth/stability.csv', table)
