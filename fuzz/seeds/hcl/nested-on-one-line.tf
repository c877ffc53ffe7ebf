# wn l`
br n{bd	yr { nch = [
] }}
