import re,os,json,sys,glob
LIB='/work/wt/deploy-data/package/lib'
def parse_attrs(text):
    out=[]
    for m in re.finditer(r'\n\s+"?([A-Za-z0-9_]+)"?: \{\n\s+value: (.*),\n\s+isBlock: (\w+),\n\s+type: "([^"]*)",\n\s+storageClassType: "([^"]*)",',text):
        out.append(m.groups())
    return out
def load(dirname):
    src=open(f'{LIB}/{dirname}/index.js').read()
    for extra in glob.glob(f'{LIB}/{dirname}/*.js'):
        if not extra.endswith('index.js'): src+="\n"+open(extra).read()
    m=re.search(r'\.tfResourceType = "([^"]+)"',src)
    if not m: return None
    funcs={}
    for f in re.finditer(r'\nfunction (\w+)ToHclTerraform\(struct\) \{(.*?)\n\}\n',src,re.S):
        funcs[f.group(1)]=f.group(2)
    s=re.search(r'synthesizeHclAttributes\(\) \{(.*?)\n    \}\n',src,re.S)
    def tree(text,depth,stack):
        res={}
        for name,value,isblock,ty,store in parse_attrs(text):
            m=re.search(r'\b(\w+)ToHclTerraform',value)
            fn=m.group(1) if m else None
            kind='leaf'; sub=None
            lst='listMapperHcl' in value
            if fn in funcs:
                if stack.count(fn)<1 and depth<12:
                    sub=tree(funcs[fn],depth+1,stack+[fn])
                kind=('blocks' if lst else 'block') if isblock=='true' else ('objects' if lst else 'object')
                t=ty
            else:
                if 'hashMapperHcl' in value: t='map'
                elif lst: t='list'
                else: t={'string':'string','number':'number','boolean':'bool'}.get(store,store)
                if isblock=='true': kind='blocks'
            res[name]={'kind':kind,'type':t,'sub':sub}
        return res
    return m.group(1), tree(s.group(1),0,[])
out={}
for d in sorted(os.listdir(LIB)):
    if d.startswith('data-') or not os.path.isdir(f'{LIB}/{d}') or d in('provider','lib'): continue
    if not os.path.exists(f'{LIB}/{d}/index.js'): continue
    r=load(d)
    if r: out[r[0]]=r[1]
json.dump(out,open('/work/wt/deploy-data/tf.json','w'))
print(len(out))
