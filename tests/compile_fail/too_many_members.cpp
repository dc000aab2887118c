// expect: more than 100 members in one struct
#include <dataflow/reflect.hpp>
struct Wide {
  int m0 = 0; int m1 = 0; int m2 = 0; int m3 = 0; int m4 = 0; int m5 = 0; int m6 = 0; int m7 = 0; int m8 = 0; int m9 = 0;
  int m10 = 0; int m11 = 0; int m12 = 0; int m13 = 0; int m14 = 0; int m15 = 0; int m16 = 0; int m17 = 0; int m18 = 0; int m19 = 0;
  int m20 = 0; int m21 = 0; int m22 = 0; int m23 = 0; int m24 = 0; int m25 = 0; int m26 = 0; int m27 = 0; int m28 = 0; int m29 = 0;
  int m30 = 0; int m31 = 0; int m32 = 0; int m33 = 0; int m34 = 0; int m35 = 0; int m36 = 0; int m37 = 0; int m38 = 0; int m39 = 0;
  int m40 = 0; int m41 = 0; int m42 = 0; int m43 = 0; int m44 = 0; int m45 = 0; int m46 = 0; int m47 = 0; int m48 = 0; int m49 = 0;
  int m50 = 0; int m51 = 0; int m52 = 0; int m53 = 0; int m54 = 0; int m55 = 0; int m56 = 0; int m57 = 0; int m58 = 0; int m59 = 0;
  int m60 = 0; int m61 = 0; int m62 = 0; int m63 = 0; int m64 = 0; int m65 = 0; int m66 = 0; int m67 = 0; int m68 = 0; int m69 = 0;
  int m70 = 0; int m71 = 0; int m72 = 0; int m73 = 0; int m74 = 0; int m75 = 0; int m76 = 0; int m77 = 0; int m78 = 0; int m79 = 0;
  int m80 = 0; int m81 = 0; int m82 = 0; int m83 = 0; int m84 = 0; int m85 = 0; int m86 = 0; int m87 = 0; int m88 = 0; int m89 = 0;
  int m90 = 0; int m91 = 0; int m92 = 0; int m93 = 0; int m94 = 0; int m95 = 0; int m96 = 0; int m97 = 0; int m98 = 0; int m99 = 0;
#ifndef FIXED
  int m100 = 0;
#endif
};
dataflow::Model model() { return dataflow::model_of<Wide>(); }
