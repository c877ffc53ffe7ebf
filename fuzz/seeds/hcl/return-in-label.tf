# wn line
  
br { n bd	ynamic "s= %3" { fnr_each = [] }
}
